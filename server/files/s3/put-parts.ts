import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { abortable } from '../../abortable.ts';
import { ServiceError } from '../../errors.ts';
import { preconditionFailed } from '../preconditions.ts';
import type { PutOptions } from '../store.ts';
import { Cutter } from './cutter.ts';
import type { PartBuffers } from './part-buffers.ts';

/** At least 5 MiB, and at most 10,000 of them (S3 user guide, "Multipart upload limits"). */
export const PART_BYTES = 8 * 1024 * 1024;
const MOST_PARTS = 10_000;
/** After so many parts they are larger by one measure, for files whose end is not known. */
const LARGER_AFTER = 1000;

/** Milliseconds for taking away what a failed upload left. */
const CLEANUP_MS = 15_000;

interface Place {
  Bucket: string;
  Key: string;
}

export interface PartsTarget {
  client: S3Client;
  buffers: PartBuffers;
  bucket: string;
  key: string;
}

/**
 * Stores an object in parts, as many at once as the buffers allow. Whatever fails, no part stays behind.
 * @param begun what was read of the chunks already
 * @param chunks the rest
 * @returns the object's etag
 */
export async function putParts(
  target: PartsTarget,
  begun: Uint8Array[],
  chunks: AsyncIterator<Uint8Array>,
  options: PutOptions,
): Promise<string> {
  const { client, bucket, key } = target;
  const { signal, ifMatch, ifNoneMatch } = options;
  const place = { Bucket: bucket, Key: key };
  if (ifNoneMatch !== undefined && (await exists(client, place, signal)))
    throw preconditionFailed(key, { ifNoneMatch });
  const upload = { ...place, UploadId: await begin(client, place, options) };
  try {
    signal?.throwIfAborted();
    const Parts = await sendParts(target, upload, new Cutter(begun, chunks), signal);
    const complete = new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts },
      IfMatch: ifMatch,
      IfNoneMatch: ifNoneMatch,
    });
    const { ETag } = await client.send(complete, signal ? { abortSignal: signal } : {});
    return ETag ?? '';
  } catch (error) {
    // What fails here as well is taken away by the bucket's lifecycle rule.
    await client
      .send(new AbortMultipartUploadCommand(upload), { abortSignal: AbortSignal.timeout(CLEANUP_MS) })
      .catch(() => undefined);
    throw error;
  }
}

/** Only so that nobody sends gigabytes in vain: what counts is the condition at the end. */
async function exists(client: S3Client, place: Place, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand(place), signal ? { abortSignal: signal } : {});
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

/** Goes on for a while when it is aborted: without its answer nobody could remove what it started. */
async function begin(
  client: S3Client,
  place: Place,
  { signal, contentType, contentEncoding }: PutOptions,
): Promise<string | undefined> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const abort = () => {
    timer = setTimeout(() => late.abort(signal!.reason), CLEANUP_MS);
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const command = new CreateMultipartUploadCommand({
      ...place,
      ChecksumAlgorithm: 'CRC32',
      ContentType: contentType,
      ContentEncoding: contentEncoding,
    });
    return (await client.send(command, { abortSignal: late.signal })).UploadId;
  } finally {
    signal?.removeEventListener('abort', abort);
    clearTimeout(timer);
  }
}

/** The request that fails first stops the others, which are waited for: none may arrive after the removal. */
async function sendParts(
  { client, buffers, key }: PartsTarget,
  upload: Place & { UploadId: string | undefined },
  cutter: Cutter,
  signal: AbortSignal | undefined,
): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = [];
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const abort = () => stop.abort(signal!.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const send = async (PartNumber: number, buffer: Buffer, Body: Buffer) => {
    try {
      const command = new UploadPartCommand({ ...upload, PartNumber, Body, ContentLength: Body.length });
      const { ETag, ChecksumCRC32 } = await client.send(command, { abortSignal: stop.signal });
      parts[PartNumber - 1] = { PartNumber, ETag, ...(ChecksumCRC32 && { ChecksumCRC32 }) };
    } catch (error) {
      stop.abort(error);
    } finally {
      buffers.giveBack(buffer);
    }
  };
  try {
    for (let number = 1; !cutter.ended; number++) {
      if (number > MOST_PARTS) throw tooLarge(key);
      const buffer = await buffers.take(partBytes(number), stop.signal);
      let part: Buffer;
      try {
        stop.signal.throwIfAborted();
        part = await abortable(cutter.fill(buffer), stop.signal);
      } catch (error) {
        // A body that hangs may still write into it.
        buffers.drop(buffer);
        throw error;
      }
      const sent = send(number, buffer, part).finally(() => running.delete(sent));
      running.add(sent);
    }
  } catch (error) {
    stop.abort(error);
  } finally {
    await Promise.all(running);
    signal?.removeEventListener('abort', abort);
  }
  stop.signal.throwIfAborted();
  return parts;
}

/** Length of the part of that number, unless it is the last. */
function partBytes(number: number): number {
  return PART_BYTES * (1 + Math.floor((number - 1) / LARGER_AFTER));
}

function tooLarge(key: string): ServiceError {
  return new ServiceError('too_large', `${JSON.stringify(key)} is larger than an upload can be`);
}
