import { ServiceError } from '../../errors.ts';
import { rangeNotSatisfiable } from '../preconditions.ts';
import type { FileHead, FileStore } from '../store.ts';
import { collect, onOneVersion, openDocument, type TextDocument } from './document.ts';
import { boundaryAfter, boundaryBefore, decodeBytes, type TextEncoding, unitBytes } from './encoding.ts';
import { PAGE_BYTES } from './read-lines.ts';
import { encodingOf } from './sniff.ts';

/** Longest character in bytes, in every encoding here: what must be seen around a cut. */
const AROUND = 4;

export interface ReadBytesOptions {
  /** First byte of the content (after unpacking, byte order mark included). Default 0. */
  offset?: number;
  /** Most bytes of the content, 1 to 65,536, the default. As UTF-8 the text may be larger for other encodings. */
  length?: number;
  signal?: AbortSignal;
}

export interface BytesPage {
  head: FileHead;
  encoding: TextEncoding;
  /** Whole characters, at least one; without a byte order mark. */
  text: string;
  /** Where the text begins: the offset asked for, or the next character behind it. */
  offset: number;
  /** Where to go on; present exactly when there is more. */
  nextOffset?: number;
}

/**
 * Reads text by bytes, cut at character boundaries. Pages joined by `nextOffset` are the whole text. In a file
 * that is ASCII for 64 KiB, the first other character of the page shows whether it is UTF-8 or windows-1252.
 *
 * Throws the errors of `FileStore.read`, `not_text`, and `range_not_satisfiable` for an offset behind the end.
 */
export async function readBytes(
  store: FileStore,
  key: string,
  options: ReadBytesOptions = {},
): Promise<BytesPage> {
  const { offset = 0, length = PAGE_BYTES } = options;
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new ServiceError('bad_request', 'the offset must be a whole number from 0');
  }
  if (!Number.isInteger(length) || length < 1 || length > PAGE_BYTES) {
    throw new ServiceError('bad_request', `the length must be a whole number from 1 to ${PAGE_BYTES} bytes`);
  }
  return onOneVersion(key, async () => page(await openDocument(store, key, options.signal), offset, length));
}

async function page(document: TextDocument, asked: number, length: number): Promise<BytesPage> {
  const { head, sniffed, size } = document;
  const unit = unitBytes(sniffed.encoding);
  if (size !== undefined && asked >= size && asked > 0) throw rangeNotSatisfiable(head.key, asked, size);
  const wanted = Math.max(asked, sniffed.bom);
  // Begins at a unit, and far enough before the offset to see whether that is inside a character.
  const base = Math.max(sniffed.bom, wanted - (wanted % unit) - AROUND);
  const bytes = await collect(document.bytes(base, wanted + length + 2 * AROUND));
  if (base + bytes.length <= asked && asked > 0) throw rangeNotSatisfiable(head.key, asked, undefined);
  const exact = Math.min(wanted - base, bytes.length);
  const aligned = boundaryAfter(bytes, exact, sniffed.encoding);
  const encoding = encodingOf(sniffed, bytes.subarray(aligned));
  const start = encoding === sniffed.encoding ? aligned : exact;
  const aim = Math.min(start + length, bytes.length);
  const before = boundaryBefore(bytes, aim, encoding);
  const end = before > start ? before : boundaryAfter(bytes, Math.min(start + unit, bytes.length), encoding);
  const isEnd = aim === bytes.length && end >= aim;
  const text = decodeBytes(bytes.subarray(start, end), encoding);
  return {
    head,
    encoding,
    text,
    offset: base + start,
    ...(!isEnd && end < bytes.length && { nextOffset: base + end }),
  };
}
