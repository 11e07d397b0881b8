import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { ServiceError } from '../../errors.ts';
import { bodyChunks } from '../body-chunks.ts';
import { checksumMismatch } from '../preconditions.ts';
import type { PutOptions, PutResult } from '../store.ts';
import { s3Error } from './errors.ts';

/** Memory of one upload is their product; more does not make it faster. */
const PARTS_AT_ONCE = 4;
const PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

/**
 * Stores an object, in parts where it is larger than one. Nothing is stored, and no parts stay behind, when the
 * body fails, its checksum differs, a condition does not hold, or the signal aborts.
 */
export async function putObject(
  client: S3Client,
  bucket: string,
  key: string,
  body: Readable | Uint8Array,
  options: PutOptions,
): Promise<PutResult> {
  const { signal, ifMatch, ifNoneMatch } = options;
  signal?.throwIfAborted();
  const stop = new AbortController();
  const source = new HashedBody(key, body, options);
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const upload = new Upload({
      client: stoppable(client, stop),
      queueSize: PARTS_AT_ONCE,
      partSize: PART_BYTES,
      params: {
        Bucket: bucket,
        Key: key,
        Body: source.stream,
        ContentType: options.contentType,
        ContentEncoding: options.contentEncoding,
        IfMatch: ifMatch,
        IfNoneMatch: ifNoneMatch,
      },
    });
    const { ETag } = await upload.done();
    return { etag: ETag ?? '', size: source.size, sha256: source.sha256 };
  } catch (error) {
    signal?.throwIfAborted();
    // The request that failed first stopped the others, and the body: they only know that they were stopped.
    if (!stop.signal.aborted && source.error !== undefined) throw source.error;
    const failed = stop.signal.aborted ? stop.signal.reason : error;
    throw s3Error(failed, { verb: 'store', key, ifMatch, ifNoneMatch });
  } finally {
    signal?.removeEventListener('abort', abort);
    source.stream.destroy();
  }
}

/**
 * `Upload` lets requests under way run on when it is aborted, and its other lanes go on reading the body when one
 * has failed. This client's requests stop at once. Only the removal of parts still goes through, and the start of
 * an upload runs to its end: without its answer nobody could remove what it started.
 */
function stoppable(client: S3Client, stop: AbortController): S3Client {
  const send = async (command: Parameters<S3Client['send']>[0]) => {
    if (command instanceof AbortMultipartUploadCommand) return client.send(command);
    try {
      if (command instanceof CreateMultipartUploadCommand) return await client.send(command);
      return await client.send(command, { abortSignal: stop.signal });
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  return Object.create(client, { send: { value: send } });
}

/** Passes a body on, hashed and checked: it fails before its end if the content is not what was announced. */
class HashedBody {
  size = 0;
  sha256 = '';
  /** Why the body failed, if it did: not an error of S3. */
  error: unknown;
  readonly stream: Readable;

  constructor(key: string, body: Readable | Uint8Array, options: PutOptions) {
    this.stream = Readable.from(this.#chunks(key, body, options), { objectMode: false });
  }

  async *#chunks(key: string, body: Readable | Uint8Array, options: PutOptions): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of bodyChunks(body, options.signal)) {
        hash.update(chunk);
        this.size += chunk.length;
        if (this.size > PART_BYTES * MAX_PARTS) throw tooLarge(key);
        options.onProgress?.(this.size);
        yield chunk;
      }
      this.sha256 = hash.digest('base64');
      if (options.sha256 !== undefined && options.sha256 !== this.sha256) {
        throw checksumMismatch(key, options.sha256, this.sha256);
      }
    } catch (error) {
      this.error = error;
      throw error;
    }
  }
}

function tooLarge(key: string): ServiceError {
  return new ServiceError(
    'too_large',
    `${JSON.stringify(key)} is larger than ${PART_BYTES * MAX_PARTS} bytes`,
  );
}
