import { bucketStanding } from '../aws/s3-buckets.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The bucket that is served. */
export const bucket: Diagnosis<Patient> = {
  id: 'bucket',
  title: 'bucket of the files',
  needs: ['stack'],
  async look(patient, signal) {
    const name = await patient.output('S3BucketName');
    const standing = await bucketStanding(patient.connection, name, signal);
    if (standing === 'own') return { state: 'good', seen: name };
    return {
      state: 'broken',
      cause: 'bucket-deleted',
      says: `the bucket ${name} is gone, and its files with it`,
      evidence: [
        standing === 'gone'
          ? `s3 HeadBucket ${name}: not found`
          : `s3 HeadBucket ${name}: refused to this account, whose bucket it is not: somebody else took the name`,
      ],
      remedy: [`mcp-s3 destroy ${patient.place}, then mcp-s3 deploy ${patient.place}`],
    };
  },
};
