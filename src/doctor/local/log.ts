import { constants, open } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../aws/aws-error.ts';
import { systemReason } from '../../errors.ts';
import { LOG_FILE } from '../../targets/local/log-files.ts';
import { stateRoot } from '../../targets/local/state-folder.ts';
import type { Diagnosis } from '../diagnosis.ts';
import type { LocalPatient } from './local-patient.ts';

/** Bytes below which a disk is full for logs, caches and uploads: two files of the log and some more. */
const LOW = 50_000_000;

/** Whether the log can be written. */
export const log: Diagnosis<LocalPatient> = {
  id: 'log',
  title: 'log, and room on the disk',
  needs: ['state-folder'],
  async look(patient) {
    const { state } = await patient.bucket();
    const file = join(state, LOG_FILE);
    const [there, why] = await appendable(file);
    if (why !== undefined) {
      return {
        state: 'broken',
        cause: 'log-not-writable',
        says: `the log ${file} cannot be written: ${why}`,
        evidence: [`open ${file}: ${why}`],
        remedy: [`chmod u+rw ${shellWord(file)}`, `or move it away: a new one is made`],
      };
    }
    const free = await patient.freeBytes(stateRoot(patient.context.env));
    if (free !== undefined && free < LOW) {
      return {
        state: 'broken',
        cause: 'disk-full',
        says: `only ${Math.floor(free / 1e6)} MB are free where keys and logs are: files, logs and summaries are lost`,
        evidence: [`${stateRoot(patient.context.env)}: ${free} bytes free`],
        remedy: ['make room there, or set MCP_S3_STATE_DIR to a folder on another disk'],
      };
    }
    return { state: 'good', seen: there ? file : 'none yet' };
  },
};

/** Whether a file is there, and why nothing can be added to it. Nothing is made where there is none. */
async function appendable(file: string): Promise<[there: boolean, why: string | undefined]> {
  try {
    // Without O_CREAT, as "a" would have it.
    const opened = await open(file, constants.O_WRONLY | constants.O_APPEND);
    await opened.close();
    return [true, undefined];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [false, undefined];
    return [true, systemReason(error) ?? String(error)];
  }
}
