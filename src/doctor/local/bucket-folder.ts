import { access, constants, stat } from 'node:fs/promises';
import { systemReason } from '../../errors.ts';
import type { Diagnosis, Finding } from '../diagnosis.ts';
import type { LocalPatient } from './local-patient.ts';

/** The folder that is served. */
export const bucketFolder: Diagnosis<LocalPatient> = {
  id: 'bucket-folder',
  title: 'folder that is served',
  needs: ['state-folder'],
  async look(patient) {
    const { storage, private: own, label } = await patient.bucket();
    if (storage.kind === 's3')
      return { state: 'absent', seen: `${label} is in S3: mcp-s3 doctor looks there` };
    const { folder } = storage;
    try {
      if (!(await stat(folder)).isDirectory()) return broken(folder, 'it is a file');
      await access(folder, constants.R_OK | constants.X_OK);
      return { state: 'good', seen: label };
    } catch (error) {
      if (own && (error as NodeJS.ErrnoException).code === 'ENOENT') {
        return { state: 'absent', seen: 'no folder was named yet: mcp-s3 dev --folder PATH' };
      }
      return broken(folder, systemReason(error) ?? String(error));
    }
  },
};

function broken(folder: string, why: string): Finding {
  return {
    state: 'broken',
    cause: 'bucket-folder',
    says: `the folder ${folder} cannot be served: ${why}`,
    evidence: [`${folder}: ${why}`],
    remedy: ['name the one to serve: mcp-s3 dev --folder PATH'],
  };
}
