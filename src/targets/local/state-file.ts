import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as z from 'zod/mini';
import { failed, systemReason, unfinished } from '../../errors.ts';
import { makePrivateFolder, STATE_DIR_REMEDY } from './state-folder.ts';

/**
 * One JSON file of state. Readers see the file before or after a write, never in between; writers wait for each
 * other, so that overlapping commands lose nothing.
 */
export class StateFile<T> {
  readonly path: string;
  private readonly schema: z.ZodMiniType<T>;

  constructor(path: string, schema: z.ZodMiniType<T>) {
    this.path = path;
    this.schema = schema;
  }

  /** The content, or undefined where the file is not there. Throws failed (exit 1) for a corrupt one. */
  async read(): Promise<T | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw failed('state', `cannot read the state folder's ${this.path}: ${systemReason(error) ?? error}`, [
        STATE_DIR_REMEDY,
      ]);
    }
    try {
      return this.schema.parse(JSON.parse(text));
    } catch (error) {
      throw failed(
        'corrupt_state',
        `the state file ${this.path} is corrupt`,
        [
          'nothing was changed: repair it, or move it away and a new one is made',
          'or start afresh: mcp-s3 destroy --local (your own files stay)',
        ],
        error,
      );
    }
  }

  /** Reads, changes and writes under the lock. Returning undefined from `change` leaves the file as it is. */
  async update(change: (current: T | undefined) => T | undefined): Promise<T | undefined> {
    await makePrivateFolder(dirname(this.path));
    const unlock = await this.lock();
    try {
      const current = await this.read();
      const next = change(current);
      if (next === undefined) return current;
      await this.replace(`${JSON.stringify(next, null, 2)}\n`);
      return next;
    } finally {
      await unlock();
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  private async lock(): Promise<() => Promise<void>> {
    const { default: lockfile } = await import('proper-lockfile');
    try {
      return await lockfile.lock(this.path, {
        realpath: false,
        stale: 10_000,
        retries: { retries: 60, factor: 1.3, minTimeout: 10, maxTimeout: 250, randomize: true },
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ELOCKED') {
        throw unfinished('state_locked', `another mcp-s3 command holds ${this.path}`, [
          'try again in a moment',
        ]);
      }
      throw failed('state', `cannot write ${this.path}: ${systemReason(error) ?? error}`, [STATE_DIR_REMEDY]);
    }
  }

  /** Temporary file, synced, then renamed: a crash leaves the old file or the new one. */
  private async replace(text: string): Promise<void> {
    const temporary = `${this.path}.${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw failed('state', `cannot write ${this.path}: ${systemReason(error) ?? error}`);
    }
  }
}
