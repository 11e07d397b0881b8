import { queue, redrive } from '../aws/queues.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { uploadPartGone } from './upload-part-gone.ts';

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
      return uploadPartGone('queue', url, place, 'files that cannot be summarized are lost sight of');
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
