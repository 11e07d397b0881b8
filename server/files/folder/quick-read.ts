import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileBody, FileHead, ReadOptions } from '../store.ts';
import { SAFE_OPEN } from './directory.ts';

/** Where the kernel tells the true place of a descriptor (see directory.ts). */
const BY_DESCRIPTOR = process.platform === 'linux' && existsSync('/proc/self/fd');
/** What the kernel usually has at hand: readahead, and the pages of small files. */
const MOST_BYTES = 64 * 1024;

export interface QuickRead {
  stats: BigIntStats;
  /** First and last byte, inclusive. */
  start: number;
  end: number;
  bytes: Buffer;
}

/**
 * Reads a small part of an ordinary file, as safe against links and as true to one version as `openFile` and
 * `FileReadable` are, by half a dozen system calls of a few microseconds each. Through the thread pool each of them
 * costs ten times as much.
 *
 * @returns undefined where it is not so simple and the careful way has to decide: more than 64 KiB, nothing there, a
 *   link, a file that was written meanwhile, any error.
 */
export function quickRead(
  root: string,
  segments: readonly string[],
  range: ReadOptions['range'],
): QuickRead | undefined {
  if (!BY_DESCRIPTOR) return undefined;
  const path = join(root, ...segments);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | SAFE_OPEN);
    // Directly in the bucket's folder there is no folder on the way that could be replaced by a link.
    const isNested = segments.length > 1;
    if (isNested && readlinkSync(`/proc/self/fd/${descriptor}`) !== path) return undefined;
    const stats = fstatSync(descriptor, { bigint: true });
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? Number.POSITIVE_INFINITY, Number(stats.size) - 1);
    const length = end - start + 1;
    if (!stats.isFile() || length <= 0 || length > MOST_BYTES) return undefined;
    const bytes = Buffer.allocUnsafe(length);
    if (readSync(descriptor, bytes, 0, length, start) !== length) return undefined;
    const after = fstatSync(descriptor, { bigint: true });
    if (after.mtimeNs !== stats.mtimeNs || after.size !== stats.size) return undefined;
    return { stats, start, end, bytes };
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A body that is there already. Its stream is made for those who ask for it: most take the bytes. */
export class QuickBody implements FileBody {
  readonly head: FileHead;
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
  readonly #signal: AbortSignal | undefined;
  #body: Readable | undefined;

  constructor(head: FileHead, { start, end, bytes }: QuickRead, signal?: AbortSignal) {
    this.head = head;
    this.start = start;
    this.end = end;
    this.bytes = bytes;
    this.#signal = signal;
  }

  get body(): Readable {
    this.#body ??= new BytesReadable(this.bytes, this.#signal);
    return this.#body;
  }
}

class BytesReadable extends Readable {
  #bytes: Buffer | undefined;

  constructor(bytes: Buffer, signal?: AbortSignal) {
    super({ highWaterMark: bytes.length, ...(signal && { signal }) });
    this.#bytes = bytes;
  }

  override _read(): void {
    this.push(this.#bytes);
    this.push(null);
    this.#bytes = undefined;
  }
}
