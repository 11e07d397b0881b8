import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Directory } from './directory.ts';

/** Names say who writes: a file whose process is gone is stale. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const NAME = /^([0-9a-f]{8})-(\d+)-[0-9a-f]{16}(\.key)?$/;
/** Written by another machine: stale when nothing was written for so long. */
const STALE_MS = 24 * 60 * 60 * 1000;

export interface TempFile {
  name: string;
  handle: FileHandle;
}

/** Creates a file that is nobody else's. `close` and unlink are the caller's. */
export async function createTempFile(directory: Directory): Promise<TempFile> {
  const name = `${HOST}-${process.pid}-${randomBytes(8).toString('hex')}`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  return { name, handle: await open(join(directory.path, name), flags, 0o666) };
}

/** Removes what killed processes left behind. Never fails: what cannot be removed stays. */
export async function removeStaleTempFiles(directory: Directory, now = Date.now()): Promise<void> {
  for (const name of await readdir(directory.path).catch(() => [])) {
    const path = join(directory.path, name);
    const match = NAME.exec(name);
    if (!match) continue;
    try {
      const gone = match[1] === HOST && !isRunning(Number(match[2]));
      if (gone || now - (await lstat(path)).mtimeMs > STALE_MS) await unlink(path);
    } catch {
      // Removed by another process, or not ours to remove.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
