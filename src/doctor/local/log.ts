import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
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
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined) {
      try {
        await access(file, constants.W_OK);
      } catch (error) {
        return {
          state: 'broken',
          cause: 'log-not-writable',
          says: `the log ${file} cannot be written: ${systemReason(error) ?? error}`,
          evidence: [`mode ${(found.mode & 0o777).toString(8)}, owner ${found.uid}`],
          remedy: [`chmod u+rw ${file}, or remove it: a new one is made`],
        };
      }
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
    return { state: 'good', seen: found === undefined ? 'none yet' : file };
  },
};
