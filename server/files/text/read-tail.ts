import type { FileHead, FileStore } from '../store.ts';
import { collect, onOneVersion, openDocument, type TextDocument } from './document.ts';
import { decodeBytes, type TextEncoding, unitBytes } from './encoding.ts';
import { contentBytesFor, fitText } from './fit-text.ts';
import { afterNewline } from './newline.ts';
import { PAGE_BYTES } from './read-lines.ts';
import { encodingOf } from './sniff.ts';

/** Bytes of one step backwards. */
const BLOCK = 64 * 1024;

export interface ReadTailOptions {
  /** Most lines. Default: as many as fit. */
  lines?: number;
  /** Most bytes of UTF-8. Default 65,536. */
  maxBytes?: number;
  signal?: AbortSignal;
}

export interface TailPage {
  head: FileHead;
  encoding: TextEncoding;
  /** The last lines, with their line ends as they are. */
  text: string;
  /** Byte offset of the content at which the text begins. */
  offset: number;
  lines: number;
  /** The last line alone is larger than a page: the text is its end. What is before: `readBytes`. */
  truncatedLine?: boolean;
}

/**
 * Reads the last lines of a file, backwards by ranged reads; only gzip must be read from its start.
 * Throws the errors of `FileStore.read` and `not_text`.
 */
export function readTail(store: FileStore, key: string, options: ReadTailOptions = {}): Promise<TailPage> {
  return onOneVersion(key, async () => tail(await openDocument(store, key, options.signal), options));
}

async function tail(document: TextDocument, options: ReadTailOptions): Promise<TailPage> {
  const { lines = Number.POSITIVE_INFINITY, maxBytes = PAGE_BYTES } = options;
  const { head, sniffed } = document;
  const enough = contentBytesFor(maxBytes, sniffed.encoding) + 8;
  const { base, bytes } =
    document.size === undefined
      ? await lastUnpacked(document, enough)
      : await lastBlocks(document, document.size, enough, lines);
  // What is not the text's start may begin inside a character.
  const aligned = base > sniffed.bom ? bytes.findIndex((byte) => (byte & 0xc0) !== 0x80) : 0;
  const encoding = encodingOf(sniffed, bytes.subarray(Math.min(Math.max(aligned, 0), 3)));
  const starts = lineStarts(bytes, encoding);
  // A line that begins before the buffer is no whole line, unless the buffer begins where the text does.
  if (base > sniffed.bom) starts.shift();
  let size = 0;
  let first = starts.length;
  while (first > 0 && starts.length - first < lines) {
    const line = decodeBytes(bytes.subarray(starts[first - 1]!, starts[first] ?? bytes.length), encoding);
    size += Buffer.byteLength(line);
    if (size > maxBytes) break;
    first--;
  }
  if (first < starts.length || bytes.length === 0) {
    const start = starts[first] ?? bytes.length;
    const text = decodeBytes(bytes.subarray(start), encoding);
    return { head, encoding, text, offset: base + start, lines: starts.length - first };
  }
  const start = bytes.length - fitText(bytes, maxBytes, encoding, 'end');
  const text = decodeBytes(bytes.subarray(start), encoding);
  return { head, encoding, text, offset: base + start, lines: 1, truncatedLine: true };
}

/** Steps back from the end until there are enough bytes or line ends. */
async function lastBlocks(
  document: TextDocument,
  size: number,
  enough: number,
  lines: number,
): Promise<{ base: number; bytes: Buffer }> {
  const { bom, encoding } = document.sniffed;
  let base = size;
  let bytes: Buffer = Buffer.alloc(0);
  while (base > bom && bytes.length < enough) {
    const step = Math.max(bom, base - BLOCK);
    const from = step - (step % unitBytes(encoding));
    bytes = Buffer.concat([await collect(document.bytes(from, base)), bytes]);
    base = from;
    if (lineStarts(bytes, encoding).length > lines) break;
  }
  return { base, bytes };
}

async function lastUnpacked(
  document: TextDocument,
  enough: number,
): Promise<{ base: number; bytes: Buffer }> {
  const { bom, encoding } = document.sniffed;
  let base = bom;
  let kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of document.bytes(bom)) {
    kept.push(chunk);
    length += chunk.length;
    if (length > enough * 4) {
      const all = Buffer.concat(kept);
      const drop = all.length - enough - ((all.length - enough) % unitBytes(encoding));
      kept = [Buffer.from(all.subarray(drop))];
      base += drop;
      length -= drop;
    }
  }
  return { base, bytes: Buffer.concat(kept) };
}

/** Where lines begin; the end of the bytes begins none. */
function lineStarts(bytes: Buffer, encoding: TextEncoding): number[] {
  const starts: number[] = [];
  for (let at = 0; at !== -1 && at < bytes.length; at = afterNewline(bytes, at, encoding)) starts.push(at);
  return starts;
}
