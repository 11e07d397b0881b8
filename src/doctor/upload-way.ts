import { enableRule, eventRule } from '../aws/event-rules.ts';
import { enableSource, functionSetup } from '../aws/function-setup.ts';
import { queue, redrive } from '../aws/queues.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newUploadWay } from './remedies.ts';

/** Messages: more than some minutes' work. */
const BACKLOG = 100;

/** The rule that hears of new files. */
export const rule: Diagnosis<Patient> = {
  id: 'upload-rule',
  title: 'rule for new files',
  needs: ['bucket-events'],
  async look(patient, signal) {
    const { connection, place } = patient;
    const name = await patient.output('UploadRuleName');
    const found = await eventRule(connection, name, signal);
    if (found === undefined) return gone('rule', name, place);
    if (!found.enabled) {
      return {
        state: 'broken',
        cause: 'rule-disabled',
        says: `the rule ${name} is disabled: uploads trigger nothing`,
        evidence: [`events DescribeRule ${name}: DISABLED`],
        remedy: [`aws events enable-rule --name ${name} --region ${connection.region}`],
        fix: { does: `enable the rule ${name}`, apply: (abort) => enableRule(connection, name, abort) },
      };
    }
    const target = await queue(connection, await patient.output('UploadQueueUrl'), signal);
    if (target !== undefined && !found.targets.includes(target.arn)) {
      return {
        state: 'broken',
        cause: 'rule-without-target',
        says: `the rule ${name} does not send new files to the queue: uploads trigger nothing`,
        evidence: [`events ListTargetsByRule ${name}: ${found.targets.join(', ') || 'none'}`],
        remedy: [
          `aws events put-targets --rule ${name} --targets Id=queue,Arn=${target.arn} --region ${connection.region}`,
        ],
      };
    }
    return { state: 'good', seen: `${name} is enabled and sends to the queue` };
  },
};

/** The queue between rule and function, and who may send to it. */
export const uploadQueue: Diagnosis<Patient> = {
  id: 'upload-queue',
  title: 'queue of new files',
  needs: ['upload-rule'],
  async look(patient, signal) {
    const url = await patient.output('UploadQueueUrl');
    const found = await queue(patient.connection, url, signal);
    if (found === undefined) return gone('queue', url, patient.place);
    if (!/events\.amazonaws\.com/.test(found.policy)) {
      return {
        state: 'broken',
        cause: 'queue-policy',
        says: 'the queue does not let EventBridge send to it: uploads trigger nothing',
        evidence: [
          `sqs GetQueueAttributes ${url}: ${found.policy === '' ? 'no policy' : 'a policy without events.amazonaws.com'}`,
        ],
        remedy: newUploadWay(patient.place),
      };
    }
    if (found.waiting >= BACKLOG) {
      return {
        state: 'notice',
        cause: 'queue-backlog',
        says: `${found.waiting} new files wait for their summary: they come faster than they are summarized`,
        evidence: [`sqs GetQueueAttributes ${url}: ${found.waiting} wait, ${found.taken} are taken`],
        remedy: [
          `whether it shrinks: look again in a while: mcp-s3 doctor ${patient.place}`,
          `not to summarize ahead: mcp-s3 deploy --presummarize off ${patient.place}`,
        ],
      };
    }
    return { state: 'good', seen: `${found.waiting} wait, ${found.taken} are being summarized` };
  },
};

/** The function that asks for summaries. */
export const uploadFunction: Diagnosis<Patient> = {
  id: 'upload-function',
  title: 'function for new files',
  needs: ['upload-queue'],
  async look(patient, signal) {
    const { connection, place } = patient;
    const name = await patient.output('UploadFunctionName');
    const found = await functionSetup(connection, name, signal);
    if (found === undefined) return gone('function', name, place);
    if (found.state === 'Inactive') {
      return {
        state: 'notice',
        cause: 'function-idle',
        says: `the function ${name} was not needed for weeks: the next new file wakes it, and waits some minutes`,
        evidence: [`lambda GetFunctionConfiguration ${name}: ${found.state}`],
        remedy: [`wake it now: mcp-s3 verify --events ${place}`],
      };
    }
    if (found.state === 'Failed') {
      return {
        state: 'broken',
        cause: 'function-state',
        says: `the function ${name} cannot run${found.reason === '' ? '' : `: ${found.reason}`}`,
        evidence: [`lambda GetFunctionConfiguration ${name}: ${found.state}`],
        remedy: newUploadWay(place),
      };
    }
    const [source] = found.sources;
    if (source === undefined) {
      return {
        state: 'broken',
        cause: 'function-without-queue',
        says: `nothing hands the queue's messages to the function ${name}: new files wait in the queue`,
        evidence: [`lambda ListEventSourceMappings ${name}: none`],
        remedy: newUploadWay(place),
      };
    }
    if (/^Disabl/.test(source.state)) {
      return {
        state: 'broken',
        cause: 'function-source-disabled',
        says: `the queue's messages are not handed to the function ${name}: the mapping is disabled`,
        evidence: [`event source mapping ${source.id}: ${source.state}`],
        remedy: [
          `aws lambda update-event-source-mapping --uuid ${source.id} --enabled --region ${connection.region}`,
        ],
        fix: {
          does: `enable the event source mapping ${source.id}`,
          apply: (abort) => enableSource(connection, source.id, abort),
        },
      };
    }
    if (/PROBLEM/.test(source.lastResult)) {
      return {
        state: 'broken',
        cause: 'function-source-problem',
        says: `Lambda has a problem with the queue: ${source.lastResult}`,
        evidence: [`event source mapping ${source.id}: ${source.lastResult}`],
        remedy: newUploadWay(place),
      };
    }
    return { state: 'good', seen: `${name} is fed by the queue` };
  },
};

/** Files that could not be summarized after all tries. */
export const deadLetters: Diagnosis<Patient> = {
  id: 'dead-letters',
  title: 'files that were given up',
  needs: ['bucket-events'],
  async look(patient, signal) {
    const { connection, place } = patient;
    const url = await patient.output('UploadDeadLetterQueueUrl');
    const found = await queue(connection, url, signal);
    if (found === undefined)
      return gone('queue', url, place, 'files that cannot be summarized are lost sight of');
    const count = found.waiting + found.taken;
    if (count === 0) return { state: 'good', seen: 'none' };
    const files = count === 1 ? 'one new file' : `${count} new files`;
    return {
      state: 'broken',
      cause: 'dead-letters',
      says: `${files} could not be summarized ahead of time and wait in the dead-letter queue`,
      evidence: [`${url}: ${count} messages`],
      remedy: [
        `why: mcp-s3 logs --source upload --level error --since 1d ${place}`,
        `then try them again: aws sqs start-message-move-task --source-arn ${found.arn} --region ${connection.region}`,
      ],
      fix: {
        does: `try ${files} again`,
        apply: (abort) => redrive(connection, found.arn, abort),
      },
    };
  },
};

function gone(
  what: 'rule' | 'queue' | 'function',
  name: string,
  place: string,
  effect = 'uploads trigger nothing',
): Finding {
  return {
    state: 'broken',
    cause: `upload-${what}-deleted`,
    says: `the ${what} ${name} is gone: ${effect}`,
    evidence: [`${what} ${name}: not found`],
    remedy: newUploadWay(place),
  };
}
