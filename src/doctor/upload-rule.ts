import { enableRule, eventRule } from '../aws/event-rules.ts';
import { queue } from '../aws/queues.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { uploadPartGone } from './upload-part-gone.ts';

/** The rule that hears of new files. */
export const uploadRule: Diagnosis<Patient> = {
  id: 'upload-rule',
  title: 'rule for new files',
  needs: ['bucket-events'],
  async look(patient, signal) {
    const { connection, place } = patient;
    const name = await patient.output('UploadRuleName');
    const found = await eventRule(connection, name, signal);
    if (found === undefined) return uploadPartGone('rule', name, place);
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
