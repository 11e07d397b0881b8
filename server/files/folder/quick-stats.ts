import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  readlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { SAFE_OPEN } from './directory.ts';

/** Where the kernel tells the true place of a descriptor (see directory.ts). */
const BY_DESCRIPTOR = process.platform === 'linux' && existsSync('/proc/self/fd');

/**
 * Stats of an ordinary file at a plain path, as safe against links as `openDirectory` and `occupant` are, by one to
 * four system calls of a few microseconds each: through the thread pool they cost ten times as much, more than all else
 * in the answer of a cached summary.
 *
 * @returns undefined where it is not so simple, and the careful way has to decide: no such file, a link, any error.
 */
export function quickStats(root: string, segments: readonly string[]): BigIntStats | undefined {
  if (!BY_DESCRIPTOR) return undefined;
  // Directly in the bucket's folder there is no folder on the way that could be replaced by a link.
  if (segments.length === 1) return statsOfFile(join(root, segments[0]!));
  const folder = join(root, ...segments.slice(0, -1));
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | SAFE_OPEN);
    const inside = `/proc/self/fd/${descriptor}`;
    if (readlinkSync(inside) !== folder) return undefined;
    return statsOfFile(join(inside, segments.at(-1)!));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function statsOfFile(path: string): BigIntStats | undefined {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats?.isFile() ? stats : undefined;
  } catch {
    return undefined;
  }
}
