import { fstatSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ServiceError } from '../../errors.ts';
import type { FileEntry } from '../store.ts';
import { etagOf } from './stat.ts';
import { storageError } from './storage-error.ts';

/** Fewer and larger reads than the default 64 KiB: each costs a trip through the thread pool. */
const CHUNK_BYTES = 256 * 1024;
/** What the kernel usually has at hand: readahead, and the pages of small files. */
const LITTLE_BYTES = 64 * 1024;
/** On Windows a file that is open cannot be replaced: there it is closed before the reader goes on. */
const CLOSE_LATER = process.platform !== 'win32';
/** Kept of each chunk, to tell a file that grew from one that was rewritten. */
const SAMPLE_BYTES = 64;

/**
 * Streams bytes `start` to `end` (inclusive) of an open file and closes it. A file that is written in place
 * while it is read ends in an error before its last byte, so that no mixture of two versions looks whole. One that
 * only grew, as a log does, is served up to the size it had.
 */
export class FileReadable extends Readable {
  readonly #file: FileHandle;
  readonly #opened: FileEntry;
  readonly #what: string;
  readonly #end: number;
  /** Chunks that came back. */
  readonly #free: ArrayBufferLike[] = [];
  /** Weakly, for most readers keep theirs. */
  readonly #lent = new WeakSet<ArrayBufferLike>();
  readonly #samples: { position: number; bytes: Buffer }[] = [];
  #position: number;

  constructor(file: FileHandle, opened: FileEntry, start: number, end: number, signal?: AbortSignal) {
    super({ highWaterMark: CHUNK_BYTES, ...(signal && { signal }) });
    this.#file = file;
    this.#opened = opened;
    this.#what = `cannot read ${JSON.stringify(opened.key)}`;
    this.#position = start;
    this.#end = end;
  }

  override _read(): void {
    this.#next().then(
      (chunk) => {
        this.push(chunk);
        if (chunk !== null && this.#position > this.#end) this.push(null);
      },
      (error) => this.destroy(storageError(this.#what, error) as Error),
    );
  }

  async #next(): Promise<Buffer | null> {
    const left = this.#end - this.#position + 1;
    if (left <= 0) return null;
    const buffer = this.#chunk(Math.min(left, CHUNK_BYTES));
    const bytesRead = await this.#fill(buffer);
    this.#samples.push({
      position: this.#position,
      bytes: Buffer.from(buffer.subarray(0, Math.min(SAMPLE_BYTES, bytesRead))),
    });
    this.#position += bytesRead;
    const last = this.#position > this.#end;
    if (bytesRead === 0 || (last && (await this.#isRewritten()))) {
      throw new ServiceError(
        'storage_failed',
        `${this.#what}: it was changed while it was read. Read it again`,
      );
    }
    return bytesRead < buffer.length ? buffer.subarray(0, bytesRead) : buffer;
  }

  /** Takes a chunk back from a reader that is done with it. */
  recycle({ buffer }: Buffer): void {
    if (this.#lent.delete(buffer)) this.#free.push(buffer);
  }

  #chunk(length: number): Buffer {
    const whole = this.#free.pop() ?? Buffer.allocUnsafeSlow(length).buffer;
    this.#lent.add(whole);
    return Buffer.from(whole, 0, Math.min(length, whole.byteLength));
  }

  /** Reads from the position on. A little is read at once: the trip through the thread pool takes several times as long. */
  async #fill(buffer: Buffer): Promise<number> {
    if (buffer.length <= LITTLE_BYTES)
      return readSync(this.#file.fd, buffer, 0, buffer.length, this.#position);
    return (await this.#file.read(buffer, 0, buffer.length, this.#position)).bytesRead;
  }

  /** Whether the file is another than it was. One that grew is the same where all samples still stand. */
  async #isRewritten(): Promise<boolean> {
    const now = fstatSync(this.#file.fd, { bigint: true });
    if (etagOf(now) === this.#opened.etag) return false;
    if (Number(now.size) <= this.#opened.size) return true;
    const again = Buffer.alloc(SAMPLE_BYTES);
    for (const { position, bytes } of this.#samples) {
      await this.#file.read(again, 0, bytes.length, position);
      if (!again.subarray(0, bytes.length).equals(bytes)) return true;
    }
    return false;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // FileHandle.close waits for a read that is under way.
    const closed = this.#file.close();
    if (error === null && CLOSE_LATER) {
      // All was read: who waits for the content need not wait for this.
      closed.catch(() => undefined);
      callback();
      return;
    }
    closed.then(
      () => callback(error),
      (closing) => callback(error ?? closing),
    );
  }
}
