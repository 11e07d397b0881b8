import { link, rename, unlink } from 'node:fs/promises';
import { errno } from './storage-error.ts';

/**
 * Atomically gives a temporary file its final name. With `createOnly` the file system itself refuses a taken
 * name (EEXIST), so that of two writers, also in two processes, one wins.
 */
export async function placeFile(source: string, target: string, createOnly: boolean): Promise<void> {
  if (!createOnly) return rename(source, target);
  try {
    await link(source, target);
  } catch (error) {
    // No hard links on this file system: the lock of this process is all the protection there is.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errno(error) ?? '')) throw error;
    return rename(source, target);
  }
  // The file is in place; its second name, if it cannot go now, goes with the stale ones.
  await unlink(source).catch(() => {});
}
