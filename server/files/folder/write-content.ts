import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { bodyChunks } from '../body-chunks.ts';
import { storage } from './storage-error.ts';

/** Bytes gathered for one write: fewer trips through the thread pool. */
const WRITE_BYTES = 1024 * 1024;
/** Bytes after which the disk is told to begin, so that the last sync finds little left to do. */
const SYNC_BYTES = 64 * 1024 * 1024;

export interface WrittenContent {
  size: number;
  /** SHA-256, base64. */
  sha256: string;
}

/**
 * Writes a body to a file and syncs it. While one block is written the next is read and hashed; memory holds two
 * blocks. Errors of the body come through as they are, those of the file as ServiceError.
 */
export async function writeContent(
  file: FileHandle,
  body: Readable | Uint8Array,
  what: string,
  options: { onProgress?: ((bytes: number) => void) | undefined; signal?: AbortSignal | undefined },
): Promise<WrittenContent> {
  const hash = createHash('sha256');
  let size = 0;
  let block: Uint8Array[] = [];
  let blockBytes = 0;
  let unsynced = 0;
  let writing: Promise<void> = Promise.resolve();

  const write = async (buffers: Uint8Array[], bytes: number, sync: boolean) => {
    const { bytesWritten } = await file.writev(buffers);
    if (bytesWritten < bytes) await file.writeFile(Buffer.concat(buffers).subarray(bytesWritten));
    if (sync) await file.datasync();
  };
  const flush = async () => {
    await writing;
    unsynced += blockBytes;
    const sync = unsynced >= SYNC_BYTES;
    if (sync) unsynced = 0;
    writing = storage(what, write.bind(undefined, block, blockBytes, sync));
    writing.catch(() => {}); // Seen when it is awaited.
    block = [];
    blockBytes = 0;
  };

  try {
    for await (const chunk of bodyChunks(body, options.signal)) {
      hash.update(chunk);
      block.push(chunk);
      blockBytes += chunk.byteLength;
      size += chunk.byteLength;
      if (blockBytes >= WRITE_BYTES) await flush();
      options.onProgress?.(size);
    }
    if (blockBytes > 0) await flush();
  } finally {
    // The handle must not be closed under a write.
    await writing.catch(() => {});
  }
  await writing;
  await storage(what, () => file.sync());
  options.signal?.throwIfAborted();
  return { size, sha256: hash.digest('base64') };
}
