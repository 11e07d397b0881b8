import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import type { RegionalConnection } from './connection.ts';
import { s3Call, s3Client } from './s3-client.ts';

/** An object of the artifacts bucket. */
export interface Artifact {
  bucket: string;
  key: string;
}

/** Puts a text there unless it is there already; the key is expected to name the content. Returns whether it was put. */
export async function storeText(
  connection: RegionalConnection,
  { bucket, key }: Artifact,
  text: string,
  signal: AbortSignal,
): Promise<boolean> {
  const client = s3Client(connection);
  const there = await callAws(s3Call(connection, 'GetObject'), signal, async (abortSignal) => {
    try {
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      return true;
    } catch (error) {
      // Who may not list the bucket is told 403 for an object that is missing.
      if ([403, 404].includes(factsOf(error).status ?? 0)) return false;
      throw error;
    }
  });
  if (there) return false;
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' });
  await callAws(s3Call(connection, 'PutObject'), signal, (abortSignal) => client.send(put, { abortSignal }));
  return true;
}

export async function deleteText(
  connection: RegionalConnection,
  { bucket, key }: Artifact,
  signal: AbortSignal,
): Promise<void> {
  await callAws(s3Call(connection, 'DeleteObject'), signal, (abortSignal) =>
    s3Client(connection).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
  );
}

/** Address of an object by which CloudFormation reads it. */
export function objectUrl(
  { region, env }: RegionalConnection,
  partition: string,
  { bucket, key }: Artifact,
): string {
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  if (endpoint) return `${endpoint.replace(/\/$/, '')}/${bucket}/${key}`;
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${bucket}.s3.${region}.${domain}/${key}`;
}
