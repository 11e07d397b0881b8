import { ListBucketsCommand } from '@aws-sdk/client-s3';
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
