import type { BigIntStats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from '../store.ts';
import type { Directory } from './directory.ts';
import { foldsNames } from './place.ts';
import { isMissing } from './storage-error.ts';

/** Opaque etag of a file's version: inode, size and modification time in nanoseconds. Never reads the file. */
export function etagOf(stats: BigIntStats): string {
  return `"${stats.ino.toString(36)}-${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}"`;
}

export function entryOf(key: string, stats: BigIntStats): FileEntry {
  return {
    key,
    size: Number(stats.size),
    lastModified: new Date(Number(stats.mtimeNs / 1_000_000n)),
    etag: etagOf(stats),
  };
}

/** What stands under a name of a folder: `other` is a folder, a link, a pipe, or a file whose name only folds. */
export type Occupant = { kind: 'file'; stats: BigIntStats } | { kind: 'folder' | 'other' } | undefined;

export async function occupant(directory: Directory, name: string): Promise<Occupant> {
  const path = join(directory.path, name);
  try {
    const stats = await lstat(path, { bigint: true });
    if (stats.isDirectory()) return { kind: 'folder' };
    if (!stats.isFile()) return { kind: 'other' };
    if (foldsNames() && (await realpath(path)) !== path) return { kind: 'other' };
    return { kind: 'file', stats };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
