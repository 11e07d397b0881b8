import { Readable } from 'node:stream';
import { ServiceError } from '../../errors.ts';
import type { FileHead, FileStore } from '../store.ts';
import { gunzip, isGzip } from '../text/gunzip.ts';
import type { AheadFile } from './read-ahead.ts';

/** Bytes of one piece: fewer trips to the thread. */
const PIECE = 512 * 1024;
/** A file that unpacks to more is not searched: a small one can hold any amount. Bytes. */
const MOST_UNPACKED = 1024 * 1024 * 1024;

export interface Content {
  head: FileHead;
  /** From the offset asked for, in pieces; the last one says so. */
  pieces: AsyncGenerator<{ bytes: Buffer; isLast: boolean }>;
}

/**
 * Opens the content of a file, unpacked, from an offset on.
 * Throws the errors of `FileStore.read`; the pieces also `not_text` for damaged gzip, and `too_large`.
 */
export async function openContent(
  store: FileStore,
  file: AheadFile,
  from: { offset: number; etag: string } | undefined,
  signal: AbortSignal | undefined,
): Promise<Content> {
  const { key, size } = file.entry;
  const options = { ...(from && { ifMatch: from.etag }), ...(signal && { signal }) };
  if (file.small) {
    if ('error' in file.small) throw file.small.error;
    const { head, bytes } = file.small;
    if (isPacked(head)) return { head, pieces: pieces(unpacked(key, Readable.from([bytes]), 0)) };
    return { head, pieces: pieces(only(bytes)) };
  }
  // Whether it is packed shows only when it is open.
  const isInside = from !== undefined && from.offset > 0 && from.offset < size;
  const opened = await store.read(key, { ...options, ...(isInside && { range: { start: from.offset } }) });
  if (!isPacked(opened.head)) {
    if (isInside || !from || from.offset === 0) return { head: opened.head, pieces: pieces(opened.body) };
    opened.body.destroy();
    return { head: opened.head, pieces: pieces(only(Buffer.alloc(0))) };
  }
  if (!isInside) return { head: opened.head, pieces: pieces(unpacked(key, opened.body, from?.offset ?? 0)) };
  opened.body.destroy();
  const whole = await store.read(key, options);
  return { head: whole.head, pieces: pieces(unpacked(key, whole.body, from.offset)) };
}

function isPacked(head: FileHead): boolean {
  return isGzip(head) && head.size > 0;
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function* unpacked(key: string, body: Readable, offset: number): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of gunzip(key, body)) {
    // A copy: zlib keeps the memory of its chunks.
    const part = Buffer.from(chunk.subarray(Math.max(offset - position, 0)));
    position += chunk.length;
    if (position > MOST_UNPACKED) {
      throw new ServiceError(
        'too_large',
        `${JSON.stringify(key)} unpacks to more than ${MOST_UNPACKED} bytes`,
      );
    }
    if (part.length > 0) yield part;
  }
}

/** Regroups chunks, and knows the last one. */
async function* pieces(source: AsyncIterable<Buffer>): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    if (length >= PIECE) {
      yield { bytes: joined(chunks), isLast: false };
      chunks = [];
      length = 0;
    }
    chunks.push(chunk);
    length += chunk.length;
  }
  yield { bytes: joined(chunks), isLast: true };
}

function joined(chunks: Buffer[]): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
