import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { bodyChunks } from '../body-chunks.ts';
import { checksumMismatch } from '../preconditions.ts';
import type { PutOptions } from '../store.ts';

/** Passes a body on, hashed and checked: it fails before its end if the content is not what was announced. */
export class CheckedBody implements AsyncIterable<Uint8Array> {
  /** Bytes so far. */
  size = 0;
  /** Base64; known at the end, where it is wanted. */
  sha256: string | undefined;
  private readonly key: string;
  private readonly body: Readable | Uint8Array;
  private readonly options: PutOptions;

  constructor(key: string, body: Readable | Uint8Array, options: PutOptions) {
    this.key = key;
    this.body = body;
    this.options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { signal, onProgress, sha256, tellSha256 = true } = this.options;
    const hash = tellSha256 || sha256 !== undefined ? createHash('sha256') : undefined;
    for await (const chunk of bodyChunks(this.body, signal)) {
      hash?.update(chunk);
      this.size += chunk.length;
      onProgress?.(this.size);
      yield chunk;
    }
    this.sha256 = hash?.digest('base64');
    if (sha256 !== undefined && sha256 !== this.sha256)
      throw checksumMismatch(this.key, sha256, this.sha256!);
  }
}
