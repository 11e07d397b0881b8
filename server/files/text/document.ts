import { ServiceError } from '../../errors.ts';
import type { FileBody, FileHead, FileStore } from '../store.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { peek } from './peek.ts';
import { SNIFF_BYTES, type SniffedText, sniff } from './sniff.ts';

/** First ranged read of a scan, and the most that one asks for: small pages cost little, long scans few requests. */
const FIRST_BLOCK = 64 * 1024;
const LARGEST_BLOCK = 8 * 1024 * 1024;

/** A text file of which parts are read. Offsets are bytes of the content: after unpacking, byte order mark included. */
export interface TextDocument {
  head: FileHead;
  sniffed: SniffedText;
  /** Bytes of the content; undefined for gzip, where only reading it all would tell. */
  size: number | undefined;
  /** The content from `offset` (at or before its end) up to `end` (exclusive), by ranged reads of one version. */
  bytes(offset: number, end?: number): AsyncGenerator<Buffer>;
}

/** Opens a file for reading parts of it. Throws the errors of `FileStore.read` and `not_text`. */
export async function openDocument(
  store: FileStore,
  key: string,
  signal: AbortSignal | undefined,
): Promise<TextDocument> {
  const { head, first, complete } = await readFirst(store, key, signal);
  const sniffed = sniff(key, first, complete);
  const packed = isGzip(head) && head.size > 0;
  const source = { store, head, first, block: FIRST_BLOCK, signal };
  return {
    head,
    sniffed,
    size: packed ? undefined : head.size,
    bytes: (offset, end = Number.POSITIVE_INFINITY) =>
      packed
        ? unpackedBytes(store, head, offset, end, signal)
        : rangedBytes(source, offset, Math.min(end, head.size)),
  };
}

/**
 * A file that was opened before, to be read from behind its first 64 KiB: it is not asked for again. If it has been
 * replaced since, reading it fails with `precondition_failed`.
 *
 * @param block bytes of the first ranged read.
 */
export function reopenDocument(
  store: FileStore,
  opened: Pick<TextDocument, 'head' | 'sniffed'>,
  block: number,
  signal: AbortSignal | undefined,
): TextDocument {
  const { head, sniffed } = opened;
  // The version is the same, but not all that is said of it must be.
  const onHead = (fresh: FileHead) => {
    document.head = fresh;
  };
  const source = { store, head, first: Buffer.alloc(0), block, signal, onHead };
  const document: TextDocument = {
    head,
    sniffed,
    size: head.size,
    bytes: (offset, end = Number.POSITIVE_INFINITY) => rangedBytes(source, offset, Math.min(end, head.size)),
  };
  return document;
}

/** The start of the content, at most 64 KiB of it. */
async function readFirst(
  store: FileStore,
  key: string,
  signal: AbortSignal | undefined,
): Promise<{ head: FileHead; first: Buffer; complete: boolean }> {
  let opened: FileBody;
  try {
    opened = await store.read(key, { range: { start: 0, end: SNIFF_BYTES - 1 }, ...(signal && { signal }) });
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'range_not_satisfiable')) throw error;
    // No byte 0: an empty file.
    const head = await store.head(key, signal ? { signal } : {});
    return { head, first: Buffer.alloc(0), complete: true };
  }
  const { head, end } = opened;
  if (!isGzip(head)) {
    const first = opened.bytes ?? (await collect(opened.body));
    return { head, first, complete: end === head.size - 1 };
  }
  opened.body.destroy();
  const whole = await store.read(key, { ifMatch: head.etag, ...(signal && { signal }) });
  const content = gunzip(key, whole.body);
  try {
    const { first, complete } = await peek(content, SNIFF_BYTES);
    return { head, first: first.subarray(0, SNIFF_BYTES), complete: complete && first.length <= SNIFF_BYTES };
  } finally {
    await content.return(undefined);
  }
}

interface RangedSource {
  store: FileStore;
  head: FileHead;
  /** The start of the content, which need not be asked for. */
  first: Buffer;
  /** Bytes of the first read; each further one asks for twice as many. */
  block: number;
  signal: AbortSignal | undefined;
  onHead?: (head: FileHead) => void;
}

async function* rangedBytes(source: RangedSource, offset: number, end: number): AsyncGenerator<Buffer> {
  const { store, head, first, signal } = source;
  let position = offset;
  if (position < Math.min(first.length, end)) {
    yield first.subarray(position, end);
    position = first.length;
  }
  for (let block = source.block; position < end; block = Math.min(block * 2, LARGEST_BLOCK)) {
    const range = { start: position, end: Math.min(position + block, end) - 1 };
    const read = await store.read(head.key, { range, ifMatch: head.etag, ...(signal && { signal }) });
    source.onHead?.(read.head);
    for await (const chunk of read.body) {
      position += chunk.length;
      yield chunk;
    }
  }
}

async function* unpackedBytes(
  store: FileStore,
  head: FileHead,
  offset: number,
  end: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const { body } = await store.read(head.key, { ifMatch: head.etag, ...(signal && { signal }) });
  let position = 0;
  for await (const chunk of gunzip(head.key, body)) {
    const part = chunk.subarray(Math.max(offset - position, 0), Math.max(end - position, 0));
    if (part.length > 0) yield part;
    position += chunk.length;
    if (position >= end) return;
  }
}

export async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/**
 * Runs work that reads a file in several requests, each of the same version, again if the file was replaced
 * between two of them. After three times it fails with `storage_failed`.
 */
export async function onOneVersion<T>(key: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'precondition_failed')) throw error;
      if (attempt < 3) continue;
      const message = `cannot read ${JSON.stringify(key)}: it changes all the time. Try again later`;
      throw new ServiceError('storage_failed', message, { cause: error });
    }
  }
}
