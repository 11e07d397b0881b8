import type { Bucket } from './bucket.ts';
import { S3Fault } from './errors.ts';
import { document, element, field } from './xml.ts';

/** Answers ListObjectsV2. A continuation token is the last name of the page before, in base64url. */
export function listObjects(bucketName: string, bucket: Bucket, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const limit = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
  const token = query.get('continuation-token');
  const encode = query.get('encoding-type') === 'url' ? encodeName : (name: string) => name;
  const after = token === null ? (query.get('start-after') ?? '') : decodeToken(token);
  const names: { name: string; isPrefix: boolean }[] = [];
  let isTruncated = false;
  for (const key of bucket.keys()) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = cut === -1 ? key : key.slice(0, cut + delimiter.length);
    if (compare(name, after) <= 0 || names.at(-1)?.name === name) continue;
    if (names.length === limit) {
      isTruncated = true;
      break;
    }
    names.push({ name, isPrefix: cut !== -1 });
  }
  const contents = names
    .filter((entry) => !entry.isPrefix)
    .map(({ name }) => contentsOf(bucket, name, encode(name)));
  const prefixes = names
    .filter((entry) => entry.isPrefix)
    .map(({ name }) => element('CommonPrefixes', field('Prefix', encode(name))));
  return document(
    element(
      'ListBucketResult',
      field('Name', bucketName),
      field('Prefix', encode(prefix)),
      delimiter === '' ? undefined : field('Delimiter', encode(delimiter)),
      field('MaxKeys', limit),
      field('KeyCount', names.length),
      field('EncodingType', query.get('encoding-type') ?? undefined),
      field('IsTruncated', isTruncated),
      isTruncated ? field('NextContinuationToken', encodeToken(names.at(-1)!.name)) : undefined,
      ...contents,
      ...prefixes,
    ),
  );
}

function contentsOf(bucket: Bucket, key: string, shown: string): string {
  const object = bucket.get(key)!;
  return element(
    'Contents',
    field('Key', shown),
    field('LastModified', object.lastModified.toISOString()),
    field('ETag', object.etag),
    field('Size', object.bytes.length),
    field('StorageClass', 'STANDARD'),
  );
}

/** As S3 encodes names: like a form, but `/` and `*` stay. */
function encodeName(name: string): string {
  return encodeURIComponent(name)
    .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}

function encodeToken(name: string): string {
  return Buffer.from(`after:${name}`).toString('base64url');
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:'))
    throw new S3Fault(400, 'InvalidArgument', 'The continuation token is incorrect');
  return text.slice('after:'.length);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
