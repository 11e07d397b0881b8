import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import type { RegionalConnection } from './connection.ts';
import { s3Call, s3Client } from './s3-client.ts';

/** A version of an object, or the mark that stands for its deletion. */
export interface ObjectVersion {
  key: string;
  versionId: string;
}

export interface VersionPage {
  versions: ObjectVersion[];
  /** Where the next page begins; undefined after the last one. */
  next: ObjectVersion | undefined;
}

/** A version that S3 did not delete. */
export interface Undeleted extends ObjectVersion {
  /** S3's word: `AccessDenied`, `InternalError`, `SlowDown`. */
  code: string;
  message: string;
}

/** An upload in parts that was never completed. Its parts are stored, and paid for. */
export interface OpenUpload {
  key: string;
  uploadId: string;
}

/** S3's own limit of a DeleteObjects call and of a page. */
export const PAGE = 1000;

/** A page of versions and deletion marks in order of keys. Undefined where the bucket is gone. */
export async function listVersions(
  connection: RegionalConnection,
  bucket: string,
  after: ObjectVersion | undefined,
  signal: AbortSignal,
): Promise<VersionPage | undefined> {
  const command = new ListObjectVersionsCommand({
    Bucket: bucket,
    MaxKeys: PAGE,
    // Keys may hold what XML cannot.
    EncodingType: 'url',
    ...(after && { KeyMarker: after.key, VersionIdMarker: after.versionId }),
  });
  const page = await callAws(s3Call(connection, 'ListBucketVersions'), signal, (abortSignal) =>
    unlessGone(s3Client(connection).send(command, { abortSignal })),
  );
  if (page === undefined) return undefined;
  const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
  const decode = decoder(page.EncodingType);
  return {
    versions: [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
      key: decode(Key!),
      versionId: VersionId!,
    })),
    next: IsTruncated ? { key: decode(NextKeyMarker!), versionId: NextVersionIdMarker ?? '' } : undefined,
  };
}

/**
 * Deletes at most {@link PAGE} versions for good.
 * @returns those that S3 kept; a version that is gone already counts as deleted
 */
export async function deleteVersions(
  connection: RegionalConnection,
  bucket: string,
  versions: ObjectVersion[],
  signal: AbortSignal,
): Promise<Undeleted[]> {
  const [writable, others] = [
    versions.filter(({ key }) => isXml(key)),
    versions.filter(({ key }) => !isXml(key)),
  ];
  const kept: Undeleted[] = [];
  if (writable.length > 0) {
    const Objects = writable.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await callAws(s3Call(connection, 'DeleteObjectVersion'), signal, (abortSignal) =>
      s3Client(connection).send(command, { abortSignal }),
    );
    for (const { Key = '', VersionId = '', Code = '', Message = '' } of Errors) {
      kept.push({ key: Key, versionId: VersionId, code: Code, message: Message });
    }
  }
  for (const { key, versionId } of others) {
    const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    await callAws(s3Call(connection, 'DeleteObjectVersion'), signal, (abortSignal) =>
      s3Client(connection).send(command, { abortSignal }),
    );
  }
  return kept;
}

/** Up to {@link PAGE} uploads that were never completed; none where the bucket is gone. */
export async function listOpenUploads(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
): Promise<OpenUpload[]> {
  const command = new ListMultipartUploadsCommand({ Bucket: bucket, EncodingType: 'url', MaxUploads: PAGE });
  const page = await callAws(s3Call(connection, 'ListBucketMultipartUploads'), signal, (abortSignal) =>
    unlessGone(s3Client(connection).send(command, { abortSignal })),
  );
  const decode = decoder(page?.EncodingType);
  return (page?.Uploads ?? []).map(({ Key, UploadId }) => ({ key: decode(Key!), uploadId: UploadId! }));
}

/** Ends an upload and frees its parts. One that is gone already is no error. */
export async function abortUpload(
  connection: RegionalConnection,
  bucket: string,
  { key, uploadId }: OpenUpload,
  signal: AbortSignal,
): Promise<void> {
  const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId });
  await callAws(s3Call(connection, 'AbortMultipartUpload'), signal, (abortSignal) =>
    unlessGone(s3Client(connection).send(command, { abortSignal })),
  );
}

/** @returns false where something is in it again */
export async function deleteBucket(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
): Promise<boolean> {
  return await callAws(s3Call(connection, 'DeleteBucket'), signal, async (abortSignal) => {
    try {
      await unlessGone(
        s3Client(connection).send(new DeleteBucketCommand({ Bucket: bucket }), { abortSignal }),
      );
      return true;
    } catch (error) {
      if (factsOf(error).name === 'BucketNotEmpty') return false;
      throw error;
    }
  });
}

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (/^(NoSuchBucket|NoSuchUpload|NotFound)$/.test(factsOf(error).name)) return undefined;
    throw error;
  }
}

/** Keys as they are; the answer says whether they are encoded (Amazon S3 API, "EncodingType": a space is `+`). */
function decoder(encoding: string | undefined): (key: string) => string {
  if (encoding !== 'url') return (key) => key;
  return (key) => decodeURIComponent(key.replaceAll('+', ' '));
}

/** Whether XML 1.0 can carry the key ("Extensible Markup Language", production 2, Char). */
function isXml(key: string): boolean {
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(key);
}
