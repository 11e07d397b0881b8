import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ServiceError } from '../../errors.ts';
import { etagOf } from './stat.ts';
import { storageError } from './storage-error.ts';

/** Fewer and larger reads than the default 64 KiB: each costs a trip through the thread pool. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Streams bytes `start` to `end` (inclusive) of an open file and closes it. A file that is written in place
 * while it is read ends in an error before its last byte, so that no mixture of two versions looks whole.
 */
export class FileReadable extends Readable {
  readonly #file: FileHandle;
  readonly #etag: string;
  readonly #what: string;
  readonly #end: number;
  #position: number;

  constructor(file: FileHandle, key: string, etag: string, start: number, end: number, signal?: AbortSignal) {
    super({ highWaterMark: CHUNK_BYTES, ...(signal && { signal }) });
    this.#file = file;
    this.#etag = etag;
    this.#what = `cannot read ${JSON.stringify(key)}`;
    this.#position = start;
    this.#end = end;
  }

  override _read(): void {
    this.#next().then(
      (chunk) => this.push(chunk),
      (error) => this.destroy(storageError(this.#what, error) as Error),
    );
  }

  async #next(): Promise<Buffer | null> {
    const left = this.#end - this.#position + 1;
    if (left <= 0) return null;
    const buffer = Buffer.allocUnsafeSlow(Math.min(left, CHUNK_BYTES));
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#position);
    this.#position += bytesRead;
    const last = this.#position > this.#end;
    if (bytesRead === 0 || (last && etagOf(await this.#file.stat({ bigint: true })) !== this.#etag)) {
      throw new ServiceError(
        'storage_failed',
        `${this.#what}: it was changed while it was read. Read it again`,
      );
    }
    return bytesRead < buffer.length ? buffer.subarray(0, bytesRead) : buffer;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // FileHandle.close waits for a read that is under way.
    this.#file.close().then(
      () => callback(error),
      (closing) => callback(error ?? closing),
    );
  }
}
