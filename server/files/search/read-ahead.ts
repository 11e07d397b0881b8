import { setMaxListeners } from 'node:events';
import type { FileEntry, FileHead, FileStore } from '../store.ts';
import { collect } from '../text/document.ts';

/** Files up to this size, bytes, are read before their turn. */
const SMALL = 1024 * 1024;
const MOST_READS = 16;
/** Bytes that are read ahead at most. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A small file with its content; a large one is for the caller to open. */
export interface AheadFile {
  entry: FileEntry;
  small?: { head: FileHead; bytes: Buffer } | { error: unknown };
}

/** Hands out files in their order, and reads small ones ahead, several at a time. */
export async function* readAhead(
  store: FileStore,
  entries: readonly FileEntry[],
  signal: AbortSignal | undefined,
): AsyncGenerator<AheadFile> {
  const leaving = new AbortController();
  const either = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  // Each read listens.
  setMaxListeners(0, either);
  const queue: { entry: FileEntry; small: Promise<AheadFile['small']> | undefined }[] = [];
  let bytes = 0;
  let next = 0;
  const fill = () => {
    while (next < entries.length && queue.length < MOST_READS && (bytes < MOST_BYTES || queue.length === 0)) {
      const entry = entries[next++]!;
      const isSmall = entry.size <= SMALL;
      queue.push({ entry, small: isSmall ? read(store, entry.key, either) : undefined });
      if (isSmall) bytes += entry.size;
    }
  };
  try {
    for (fill(); queue.length > 0; fill()) {
      const { entry, small } = queue.shift()!;
      const done = await small;
      yield { entry, ...(done && { small: done }) };
      if (done) bytes -= entry.size;
    }
  } finally {
    leaving.abort();
  }
}

/** Never rejects: whether a failure matters shows when it is the file's turn. */
async function read(store: FileStore, key: string, signal: AbortSignal): Promise<AheadFile['small']> {
  try {
    const { head, body } = await store.read(key, { signal });
    return { head, bytes: await collect(body) };
  } catch (error) {
    return { error };
  }
}
