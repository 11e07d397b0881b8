import { queue } from '../aws/queues.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newUploadWay } from './remedies.ts';
import { uploadPartGone } from './upload-part-gone.ts';

/** Messages: more than some minutes' work. */
const BACKLOG = 100;

/** The queue between rule and function, and who may send to it. */
export const uploadQueue: Diagnosis<Patient> = {
  id: 'upload-queue',
  title: 'queue of new files',
  needs: ['upload-rule'],
  async look(patient, signal) {
    const url = await patient.output('UploadQueueUrl');
    const found = await queue(patient.connection, url, signal);
    if (found === undefined) return uploadPartGone('queue', url, patient.place);
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
