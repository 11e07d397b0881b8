import { ListObjectsV2Command, type ListObjectsV2CommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { RESERVED_PREFIX } from '../../names.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { isReserved } from '../key.ts';
import { checkLimit, MAX_PAGE } from '../listing.ts';
import type { FileEntry, ListPage, ListRequest } from '../store.ts';
import { s3Error } from './errors.ts';

/** Stands behind every key below the reserved prefix: from here a listing skips thousands of summaries at once. */
const BEHIND_RESERVED = `${RESERVED_PREFIX}\u{10ffff}`;

/** A page of the bucket without what is ours, or, with `reserved`, of nothing else. */
export async function listObjects(
  client: S3Client,
  bucket: string,
  request: ListRequest,
  reserved: boolean,
): Promise<ListPage> {
  const { prefix = '', delimiter, limit = MAX_PAGE, signal } = request;
  checkLimit(limit);
  const shown = (name: string) => isReserved(name) === reserved;
  const files: FileEntry[] = [];
  const prefixes: string[] = [];
  let token = request.cursor === undefined ? undefined : decodeCursor(request.cursor, 1)[0];
  let startAfter: string | undefined;
  for (;;) {
    const output = await send(client, bucket, {
      prefix,
      delimiter,
      maxKeys: limit - files.length - prefixes.length,
      token,
      startAfter,
      signal,
    });
    const page = entriesOf(output);
    files.push(...page.files.filter((entry) => shown(entry.key)));
    prefixes.push(...page.prefixes.filter(shown));
    token = output.IsTruncated ? output.NextContinuationToken : undefined;
    if (token === undefined) return { files, prefixes };
    if (files.length + prefixes.length >= limit)
      return { files, prefixes, nextCursor: encodeCursor([token]) };
    const endsInReserved =
      !reserved && isReserved(page.files.at(-1)?.key ?? '') && page.prefixes.length === 0;
    startAfter = endsInReserved ? BEHIND_RESERVED : undefined;
    if (endsInReserved) token = undefined;
  }
}

interface PageRequest {
  prefix: string;
  delimiter: string | undefined;
  maxKeys: number;
  token: string | undefined;
  startAfter: string | undefined;
  signal: AbortSignal | undefined;
}

async function send(
  client: S3Client,
  bucket: string,
  page: PageRequest,
): Promise<ListObjectsV2CommandOutput> {
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: page.prefix,
    Delimiter: page.delimiter || undefined,
    MaxKeys: page.maxKeys,
    ContinuationToken: page.token,
    StartAfter: page.startAfter,
    // XML cannot hold every character that a key can.
    EncodingType: 'url',
  });
  try {
    return await client.send(command, page.signal ? { abortSignal: page.signal } : {});
  } catch (error) {
    page.signal?.throwIfAborted();
    throw s3Error(error, { verb: 'list' });
  }
}

function entriesOf(output: ListObjectsV2CommandOutput): { files: FileEntry[]; prefixes: string[] } {
  const decode = output.EncodingType === 'url' ? decodeName : (name: string) => name;
  return {
    files: (output.Contents ?? []).map((object) => ({
      key: decode(object.Key ?? ''),
      size: object.Size ?? 0,
      lastModified: object.LastModified ?? new Date(0),
      etag: object.ETag ?? '',
    })),
    prefixes: (output.CommonPrefixes ?? []).map((common) => decode(common.Prefix ?? '')),
  };
}

/** S3 encodes names in listings as forms do: `+` is a space. */
function decodeName(name: string): string {
  return decodeURIComponent(name.replaceAll('+', ' '));
}
