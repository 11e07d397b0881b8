import type { FileHead, FileStore } from '../store.ts';
import type { TextEncoding } from './encoding.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { peek } from './peek.ts';
import { SNIFF_BYTES, sniff } from './sniff.ts';
import { StreamDecoder } from './stream-decoder.ts';

export interface OpenedText {
  head: FileHead;
  /** As found in the first 64 KiB. ASCII counts as UTF-8; see `sniff`. */
  encoding: TextEncoding;
  /** The decoded text without its byte order mark. No piece is empty or ends inside a code point. */
  text: AsyncIterable<string>;
}

/**
 * Opens a file as a stream of text, in memory that does not grow with it. The file is open until the iteration
 * ends or is left, or, if it never began, until the signal aborts.
 *
 * Throws the errors of `FileStore.read` and `not_text`; the iteration those of the body.
 */
export async function openText(
  store: FileStore,
  key: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<OpenedText> {
  const { head, body, recycle } = await store.read(key, options.signal ? { signal: options.signal } : {});
  try {
    const content = isGzip(head) && head.size > 0 ? gunzip(key, body) : (body as AsyncIterable<Buffer>);
    const { first, complete, rest } = await peek(content, SNIFF_BYTES);
    const sniffed = sniff(key, first.subarray(0, SNIFF_BYTES), complete && first.length <= SNIFF_BYTES);
    const decoder = new StreamDecoder(sniffed);
    async function* text(): AsyncGenerator<string> {
      try {
        const start = decoder.write(first.subarray(sniffed.bom));
        if (start !== '') yield start;
        for await (const chunk of rest) {
          const piece = decoder.write(chunk);
          // Decoded is copied: the chunk may be filled again. What gzip gave was never the store's.
          recycle?.(chunk);
          if (piece !== '') yield piece;
        }
        const end = decoder.end();
        if (end !== '') yield end;
      } finally {
        body.destroy();
      }
    }
    return { head, encoding: sniffed.encoding, text: text() };
  } catch (error) {
    body.destroy();
    throw error;
  }
}
