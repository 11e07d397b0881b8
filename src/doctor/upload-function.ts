import { enableSource, functionSetup } from '../aws/function-setup.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newUploadWay } from './remedies.ts';
import { uploadPartGone } from './upload-part-gone.ts';

/** The function that asks for summaries. */
export const uploadFunction: Diagnosis<Patient> = {
  id: 'upload-function',
  title: 'function for new files',
  needs: ['upload-queue'],
  async look(patient, signal) {
    const { connection, place } = patient;
    const name = await patient.output('UploadFunctionName');
    const found = await functionSetup(connection, name, signal);
    if (found === undefined) return uploadPartGone('function', name, place);
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
