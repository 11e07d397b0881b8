import { type BigIntStats, fstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { noSuchFile, ServiceError } from '../../errors.ts';
import { openDirectory, openForReading } from './directory.ts';
import type { Overlay } from './overlay.ts';
import { OWN_FOLDER, overlayName, plainSegments } from './place.ts';
import { quickStats } from './quick-stats.ts';
import { type Occupant, occupant } from './stat.ts';
import { errno, isMissing } from './storage-error.ts';

/** Stats of the file under a key, by its path or else in the overlay; undefined where there is none. */
export async function findFile(
  root: string,
  overlay: Overlay,
  key: string,
): Promise<BigIntStats | undefined> {
  const segments = plainSegments(key);
  const quick = segments && quickStats(root, segments);
  if (quick) return quick;
  const plain = await atPath(root, key);
  if (plain?.kind === 'file') return plain.stats;
  const odd = await overlay.find(key);
  return odd?.kind === 'file' ? odd.stats : undefined;
}

/** What stands at the path of a key. */
export async function atPath(root: string, key: string): Promise<Occupant> {
  const segments = plainSegments(key);
  if (!segments) return undefined;
  try {
    const parent = await openDirectory(root, segments.slice(0, -1));
    try {
      return await occupant(parent, segments.at(-1)!);
    } finally {
      await parent.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Opens the file under a key. Throws `not_found`, and the errors of open(2) as they are. */
export async function openFile(
  root: string,
  key: string,
): Promise<{ handle: FileHandle; stats: BigIntStats }> {
  const segments = plainSegments(key);
  const paths = [
    ...(segments ? [join(root, ...segments)] : []),
    join(root, OWN_FOLDER, 'objects', overlayName(key)),
  ];
  for (const path of paths) {
    let handle: FileHandle | undefined;
    try {
      handle = await openForReading(path);
      // Of an open file the kernel knows this without looking: a trip through the thread pool takes ten times as long.
      const stats = fstatSync(handle.fd, { bigint: true });
      if (stats.isFile()) return { handle, stats };
      await handle.close();
    } catch (error) {
      await handle?.close();
      if (!isMissing(error) && errno(error) !== 'EISDIR') throw error;
    }
  }
  throw await notFound(root, key);
}

/** `not_found`, with a hint where the key is the name of a folder. */
export async function notFound(root: string, key: string): Promise<ServiceError> {
  const folder = key.replace(/\/+$/, '');
  const found = folder === '' ? undefined : await atPath(root, folder).catch(() => undefined);
  if (found?.kind !== 'folder') return noSuchFile(key);
  return new ServiceError(
    'not_found',
    `no such file: ${JSON.stringify(key)} is a folder. List it with the prefix ${JSON.stringify(`${folder}/`)}`,
  );
}
