import { constants, existsSync, readlinkSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { errno } from './storage-error.ts';

/**
 * Links are never followed, not even one that somebody puts in place of a folder between a check and its use.
 * Node has no openat(2). On Linux an open descriptor serves instead: the kernel says where it really is
 * (/proc/self/fd/N), and paths through it cannot be redirected. Elsewhere the path is checked after opening: files that
 * are read are safe, but one who may write into the folder can still redirect a listing or a put at the right moment.
 */
const BY_DESCRIPTOR = process.platform === 'linux' && existsSync('/proc/self/fd');

/** Flags that refuse a link as last segment and do not wait for the writer of a pipe. Zero where unknown. */
export const SAFE_OPEN = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A folder below the bucket that is known to be reached without links. */
export interface Directory {
  /** Path to use for what is inside: follows the folder itself, whatever happens to its name. */
  readonly path: string;
  close(): Promise<void>;
}

/** Opens the folder at `segments` below `root`, a real path. Throws ENOENT, ENOTDIR, ELOOP, EACCES. */
export async function openDirectory(root: string, segments: readonly string[]): Promise<Directory> {
  const path = join(root, ...segments);
  if (process.platform === 'win32') {
    await checkPlace(path, path);
    return { path, close: async () => {} };
  }
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | SAFE_OPEN);
  try {
    await checkOpened(handle, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return { path: BY_DESCRIPTOR ? `/proc/self/fd/${handle.fd}` : path, close: () => handle.close() };
}

/** As `openDirectory`, and makes the folders that are missing. */
export async function makeDirectory(root: string, segments: readonly string[]): Promise<Directory> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await openDirectory(root, segments);
    } catch (error) {
      // Others may remove an empty folder of ours between our making and opening it: a few more tries.
      if (errno(error) !== 'ENOENT' || segments.length === 0 || attempt === 20) throw error;
    }
    const parent = await makeDirectory(root, segments.slice(0, -1));
    try {
      await mkdir(join(parent.path, segments.at(-1)!));
    } catch (error) {
      if (errno(error) !== 'EEXIST' && errno(error) !== 'ENOENT') throw error;
    } finally {
      await parent.close();
    }
  }
}

/** Opens the file at a real path for reading. Throws as open(2) does, ELOOP also for a link on the way. */
export async function openForReading(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | SAFE_OPEN);
  try {
    await checkOpened(handle, path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function checkOpened(handle: FileHandle, path: string): Promise<void> {
  if (BY_DESCRIPTOR) {
    const place = readlinkSync(`/proc/self/fd/${handle.fd}`);
    // Replaced since: still the file that had this name when it was opened.
    if (place !== path && place !== `${path} (deleted)`) throw linkOnTheWay(path);
    return;
  }
  const opened = await handle.stat({ bigint: true });
  await checkPlace(path, path);
  const named = await lstat(path, { bigint: true });
  if (opened.ino !== named.ino || opened.dev !== named.dev) throw linkOnTheWay(path);
}

/** Where names fold (case, Unicode form), the real path also tells `a.txt` from `A.txt`: not the same key. */
async function checkPlace(path: string, expected: string): Promise<void> {
  if ((await realpath(path)) !== expected) throw linkOnTheWay(path);
}

function linkOnTheWay(path: string): Error {
  return Object.assign(new Error(`ELOOP: a link on the way, open '${path}'`), { code: 'ELOOP' });
}
