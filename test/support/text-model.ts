import { Readable } from 'node:stream';
import { noSuchFile, ServiceError } from '../../server/errors.ts';
import type { FileHead, FileStore, ReadOptions } from '../../server/files/store.ts';

export interface MemoryFile {
  bytes: Buffer;
  contentEncoding?: string;
}

/**
 * A store that hands out the files of a test in chunks of sizes of its choice, so that every cut through a
 * character can be tried. It counts the bytes that were taken.
 */
export function chunkingStore(
  files: Record<string, MemoryFile>,
  chunkSizes: readonly number[] = [65_536],
): FileStore & { taken: number } {
  const headOf = (key: string): FileHead => {
    const file = files[key];
    if (!file) throw noSuchFile(key);
    return {
      key,
      size: file.bytes.length,
      lastModified: new Date(0),
      etag: '"1"',
      ...(file.contentEncoding !== undefined && { contentEncoding: file.contentEncoding }),
    };
  };
  const unsupported = () => Promise.reject(new Error('only for reading'));
  const store = {
    bucket: 'memory',
    taken: 0,
    head: async (key: string) => headOf(key),
    read: async (key: string, { range }: ReadOptions = {}) => {
      const head = headOf(key);
      if (range && range.start >= head.size)
        throw new ServiceError('range_not_satisfiable', 'behind the end');
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? head.size - 1, head.size - 1);
      const part = files[key]!.bytes.subarray(start, end + 1);
      function* chunks() {
        for (let at = 0, i = 0; at < part.length; i++) {
          const chunk = part.subarray(at, at + chunkSizes[i % chunkSizes.length]!);
          at += chunk.length;
          store.taken += chunk.length;
          yield chunk;
        }
      }
      return { head, start, end, body: Readable.from(chunks(), { objectMode: false }) };
    },
    list: unsupported,
    put: unsupported,
    delete: unsupported,
  };
  return store;
}

export type EncodingName = 'utf-8' | 'utf-8 with BOM' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Encodes a text for a test; `windows-1252` only for characters of Latin-1 and the euro sign. */
export function encode(text: string, encoding: EncodingName): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-8 with BOM':
      return Buffer.from(`\ufeff${text}`);
    case 'utf-16le':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    case 'windows-1252':
      return Buffer.from([...text].map((char) => (char === '€' ? 0x80 : char.charCodeAt(0))));
  }
}

/** The lines of a text with their ends, by the plainest rule: cut behind every line feed. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}
