import { chmod, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { checkPreconditions, checksumMismatch, preconditionFailed } from '../preconditions.ts';
import type { PutOptions, PutResult } from '../store.ts';
import { commitFile } from './commit.ts';
import type { Directory } from './directory.ts';
import type { KeyLock } from './key-lock.ts';
import { findFile } from './locate.ts';
import type { MetadataFiles } from './metadata.ts';
import type { Overlay } from './overlay.ts';
import type { OwnFolder } from './own-folder.ts';
import { etagOf } from './stat.ts';
import { storage, storageError } from './storage-error.ts';
import { createTempFile, type TempFile } from './temp-file.ts';
import { writeContent } from './write-content.ts';

export interface PutContext {
  root: string;
  own: OwnFolder;
  overlay: Overlay;
  metadata: MetadataFiles;
  lock: KeyLock;
}

/**
 * Stores a file: content to a temporary file, synced, then one rename or link. What is checked under the lock is
 * still true when the file appears, for all writers of this process.
 */
export async function putFile(
  context: PutContext,
  key: string,
  body: Readable | Uint8Array,
  options: PutOptions,
): Promise<PutResult> {
  const { root, own, overlay } = context;
  const what = `cannot store ${JSON.stringify(key)}`;
  // A condition that fails already now need not wait for the content.
  checkPreconditions(key, await storage(what, () => findFile(root, overlay, key)).then(etagIfAny), options);
  return own.use(async () => {
    const { temp, directory } = await storage(what, () => openTemp(own));
    const source = join(directory.path, temp.name);
    try {
      const written = await fill(temp, body, what, options);
      if (options.sha256 !== undefined && options.sha256 !== written.sha256)
        throw checksumMismatch(key, options.sha256, written.sha256);
      await context.lock.run(key, () => commit(context, source, key, written.etag, what, options));
      return written;
    } finally {
      await temp.handle.close().catch(() => {});
      for (const path of [source, `${source}.key`]) await unlink(path).catch(() => {});
      await directory.close();
    }
  });
}

/** The folder of temporary files stays open with the file, so that its path holds. */
async function openTemp(own: OwnFolder): Promise<{ temp: TempFile; directory: Directory }> {
  return own.open('tmp', async (directory) => ({ temp: await createTempFile(directory), directory }));
}

async function fill(
  temp: TempFile,
  body: Readable | Uint8Array,
  what: string,
  options: PutOptions,
): Promise<PutResult & { sha256: string }> {
  const written = await writeContent(temp.handle, body, what, options);
  return storage(what, async () => {
    const now = uniqueNow();
    await temp.handle.utimes(now, now);
    const stats = await temp.handle.stat({ bigint: true });
    await temp.handle.close();
    return { ...written, etag: etagOf(stats) };
  });
}

async function commit(
  context: PutContext,
  source: string,
  key: string,
  etag: string,
  what: string,
  options: PutOptions,
): Promise<void> {
  const { root, overlay, metadata } = context;
  try {
    const current = await findFile(root, overlay, key);
    checkPreconditions(key, etagIfAny(current), options);
    options.signal?.throwIfAborted();
    if (current) await chmod(source, Number(current.mode) & 0o777);
    const noted = await metadata.add(key, etag, options, etagIfAny(current));
    if (!(await commitFile(root, overlay, source, key, options.ifNoneMatch !== undefined))) {
      throw preconditionFailed(key, options);
    }
    if (!noted) await metadata.remove(key);
  } catch (error) {
    throw storageError(what, error);
  }
}

function etagIfAny(stats: Parameters<typeof etagOf>[0] | undefined): string | undefined {
  return stats && etagOf(stats);
}

let lastNow = 0;

/**
 * Seconds of now, never the same twice. Kernels stamp files only every few milliseconds, and inodes are used
 * again: two quick puts of equal length could otherwise have one etag.
 */
function uniqueNow(): number {
  const micros = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  lastNow = Math.max(micros, lastNow + 1);
  return lastNow / 1e6;
}
