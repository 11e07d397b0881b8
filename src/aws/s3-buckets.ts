import { HeadBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { awsError, factsOf } from './aws-error.ts';
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

/** Of a bucket that the account had: it is still its own, or it is gone and one of its name is somebody else's by now. */
export type BucketStanding = 'own' | 'gone' | 'others';

/** @throws credentials error (exit 3) where it is there and these credentials may not look at it */
export async function bucketStanding(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
): Promise<BucketStanding> {
  const answer = await callAws(s3Call(connection, 'ListBucket'), signal, async (abortSignal) => {
    try {
      await s3Client(connection).send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal });
      return 'own';
    } catch (error) {
      const { status } = factsOf(error);
      if (status === 404) return 'gone';
      if (status === 403) return error;
      throw error;
    }
  });
  if (answer === 'own' || answer === 'gone') return answer;
  // Refused is whoever is not the owner, and whoever may not: only the list tells which.
  const own = await listBuckets(connection, bucket, signal).catch(() => {
    signal.throwIfAborted();
    return [bucket];
  });
  if (!own.includes(bucket)) return 'others';
  throw awsError(answer, s3Call(connection, 'ListBucket'));
}
