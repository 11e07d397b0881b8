import { tellEventBridge, tellsEventBridge } from '../aws/bucket-events.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** Whether the bucket tells EventBridge of new files. */
export const bucketEvents: Diagnosis<Patient> = {
  id: 'bucket-events',
  title: "the bucket's events",
  needs: ['bucket'],
  async look(patient, signal) {
    if ((await patient.parameter('Presummarize')) === 'off') {
      return { state: 'absent', seen: 'new files are not summarized ahead of time (--presummarize off)' };
    }
    const { connection } = patient;
    const name = await patient.output('S3BucketName');
    if (await tellsEventBridge(connection, name, signal)) {
      return { state: 'good', seen: 'EventBridge hears of new files' };
    }
    return {
      state: 'broken',
      cause: 'bucket-events-off',
      says: `the bucket ${name} does not tell EventBridge of new files: nothing is summarized ahead of time`,
      evidence: [`s3 GetBucketNotificationConfiguration ${name}: no EventBridgeConfiguration`],
      remedy: [
        `aws s3api put-bucket-notification-configuration --bucket ${name} --notification-configuration '{"EventBridgeConfiguration":{}}' --region ${connection.region}`,
      ],
      fix: {
        does: `let the bucket ${name} tell EventBridge of new files`,
        apply: (abort) => tellEventBridge(connection, name, abort),
      },
    };
  },
};
