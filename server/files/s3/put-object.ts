import type { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { PutOptions, PutResult } from '../store.ts';
import { CheckedBody } from './checked-body.ts';
import { s3Error } from './errors.ts';
import { PART_BYTES, type PartsTarget, putParts } from './put-parts.ts';

/**
 * Stores an object, in parts where it is larger than one. Nothing is stored, and no parts stay behind, when the
 * body fails, its checksum differs, a condition does not hold, or the signal aborts.
 */
export async function putObject(
  target: PartsTarget,
  body: Readable | Uint8Array,
  options: PutOptions,
): Promise<PutResult> {
  const { key } = target;
  const { signal, ifMatch, ifNoneMatch } = options;
  signal?.throwIfAborted();
  const checked = new CheckedBody(key, body, options);
  const chunks = checked[Symbol.asyncIterator]();
  let bodyError: unknown;
  const watched: AsyncIterator<Uint8Array> = {
    next: () =>
      chunks.next().catch((error) => {
        bodyError = error;
        throw error;
      }),
  };
  try {
    const begun: Uint8Array[] = [];
    const whole = await readBeginning(watched, begun);
    const etag = await (whole ? putWhole(target, begun, options) : putParts(target, begun, watched, options));
    const { size, sha256 } = checked;
    return { etag, size, ...(sha256 !== undefined && { sha256 }) };
  } catch (error) {
    signal?.throwIfAborted();
    // A failure of the body is none of S3.
    if (error === bodyError) throw error;
    throw s3Error(error, { verb: 'store', key, ifMatch, ifNoneMatch });
  } finally {
    // Not waited for: a body that hangs does not end either.
    void chunks.return?.(undefined).catch(() => undefined);
  }
}

/** Reads more than one part, or all there is. @returns whether that was all */
async function readBeginning(chunks: AsyncIterator<Uint8Array>, begun: Uint8Array[]): Promise<boolean> {
  for (let length = 0; length <= PART_BYTES; ) {
    const { value, done } = await chunks.next();
    if (done) return true;
    begun.push(value);
    length += value.length;
  }
  return false;
}

async function putWhole(
  { client, bucket, key }: PartsTarget,
  content: Uint8Array[],
  { contentType, contentEncoding, ifMatch, ifNoneMatch, signal }: PutOptions,
): Promise<string> {
  const Body = content.length === 1 ? content[0]! : Buffer.concat(content);
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body,
    ContentLength: Body.length,
    ContentType: contentType,
    ContentEncoding: contentEncoding,
    IfMatch: ifMatch,
    IfNoneMatch: ifNoneMatch,
  });
  const { ETag } = await client.send(command, signal ? { abortSignal: signal } : {});
  return ETag ?? '';
}
