import { GetBucketTaggingCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import type { RegionalConnection } from './connection.ts';
import { s3Call, s3Client } from './s3-client.ts';

/** Names of the account's buckets that begin with the prefix, of this region. */
export async function listBuckets(
  connection: RegionalConnection,
  prefix: string,
  signal: AbortSignal,
): Promise<string[]> {
  const names: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const command = new ListBucketsCommand({
      Prefix: prefix,
      BucketRegion: connection.region,
      ContinuationToken,
    });
    const page = await callAws(s3Call(connection, 'ListAllMyBuckets'), signal, (abortSignal) =>
      s3Client(connection).send(command, { abortSignal }),
    );
    names.push(...(page.Buckets ?? []).map(({ Name }) => Name!));
    ContinuationToken = page.ContinuationToken;
  } while (ContinuationToken !== undefined);
  // Emulators may not know the filter.
  return names.filter((name) => name.startsWith(prefix));
}

/** Tags of a bucket; none where it has none or is gone. */
export async function bucketTags(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const page = await callAws(s3Call(connection, 'GetBucketTagging'), signal, async (abortSignal) => {
    try {
      return await s3Client(connection).send(new GetBucketTaggingCommand({ Bucket: bucket }), {
        abortSignal,
      });
    } catch (error) {
      if (/^NoSuch(TagSet|Bucket)/.test(factsOf(error).name)) return undefined;
      throw error;
    }
  });
  return Object.fromEntries((page?.TagSet ?? []).map(({ Key, Value }) => [Key!, Value!]));
}
