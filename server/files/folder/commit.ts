import { join } from 'node:path';
import { makeDirectory } from './directory.ts';
import type { Overlay } from './overlay.ts';
import { plainSegments } from './place.ts';
import { placeFile } from './place-file.ts';
import { occupant } from './stat.ts';
import { errno, isBlocked } from './storage-error.ts';

/**
 * Makes a complete temporary file the file under a key: at its path where that is possible, else in the overlay.
 * @returns false where `createOnly` met an existing file, which then stays as it is
 */
export async function commitFile(
  root: string,
  overlay: Overlay,
  source: string,
  key: string,
  createOnly: boolean,
): Promise<boolean> {
  const outcome = await placeAtPath(root, source, key, createOnly);
  if (outcome === 'placed') await overlay.remove(key);
  if (outcome !== 'blocked') return outcome === 'placed';
  try {
    await overlay.commit(key, source, createOnly);
    return true;
  } catch (error) {
    if (createOnly && (await overlay.find(key))?.kind === 'file') return false;
    throw error;
  }
}

async function placeAtPath(
  root: string,
  source: string,
  key: string,
  createOnly: boolean,
): Promise<'placed' | 'exists' | 'blocked'> {
  const segments = plainSegments(key);
  if (!segments) return 'blocked';
  for (let attempt = 1; ; attempt++) {
    try {
      return await placeIn(root, segments, source, createOnly);
    } catch (error) {
      if (isBlocked(error)) return 'blocked';
      // Somebody removed the folder between its opening and the rename: it is made again.
      if (errno(error) !== 'ENOENT' || attempt === 5) throw error;
    }
  }
}

async function placeIn(
  root: string,
  segments: readonly string[],
  source: string,
  createOnly: boolean,
): Promise<'placed' | 'exists' | 'blocked'> {
  const parent = await makeDirectory(root, segments.slice(0, -1));
  try {
    const name = segments.at(-1)!;
    const current = await occupant(parent, name);
    if (current && current.kind !== 'file') return 'blocked';
    if (current && createOnly) return 'exists';
    try {
      await placeFile(source, join(parent.path, name), createOnly);
      return 'placed';
    } catch (error) {
      const winner = createOnly ? await occupant(parent, name) : undefined;
      if (winner?.kind === 'file') return 'exists';
      throw error;
    }
  } finally {
    await parent.close();
  }
}
