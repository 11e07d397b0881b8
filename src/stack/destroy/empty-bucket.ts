import type { RegionalConnection } from '../../aws/connection.ts';
import {
  abortUpload,
  deleteVersions,
  listOpenUploads,
  listVersions,
  type ObjectVersion,
  type Undeleted,
} from '../../aws/s3-versions.ts';
import { failed } from '../../errors.ts';
import { sleep } from '../../sleep.ts';

export interface EmptyOptions {
  signal: AbortSignal;
  /** Versions deleted and uploads aborted so far. */
  onProgress?: (done: number) => void;
}

/** Requests under way at once: enough to keep S3 busy, few enough to hold only some thousand keys in memory. */
const PARALLEL = 6;

/** Passes in a row that may find the same first version again. */
const FUTILE = 3;
/** After the first of them; then doubled. */
const PAUSE_MS = 100;

/**
 * Deletes everything in a bucket for good: every version, every deletion mark, every upload that was never completed.
 * Goes over it again until it is found empty, so that what is written meanwhile goes too.
 * @returns how much was deleted
 * @throws failed (exit 1) where S3 keeps something; what is deleted stays deleted
 */
export async function emptyBucket(
  connection: RegionalConnection,
  bucket: string,
  options: EmptyOptions,
): Promise<number> {
  let done = 0;
  const count = (amount: number) => {
    done += amount;
    options.onProgress?.(done);
  };
  let before: string | undefined;
  for (let futile = 0; ; ) {
    const upload = await abortUploads(connection, bucket, options.signal, count);
    const { version, kept } = await deleteAll(connection, bucket, options.signal, count);
    const first = version ?? upload;
    if (first === undefined) return done;
    // What is written meanwhile has ids of its own: the same one again was not deleted, whatever S3 said.
    futile = first === before ? futile + 1 : 0;
    if (futile >= FUTILE || (kept !== undefined && isFinal(kept))) throw unwilling(bucket, kept);
    if (futile > 0) await sleep(2 ** futile * PAUSE_MS, options.signal);
    before = first;
  }
}

/** What is in a bucket, counted up to a bound. */
export interface BucketCount {
  versions: number;
  uploads: number;
  /** There is more than was counted. */
  more: boolean;
}

/** Counts the versions of at most `pages` pages of 1,000, and as many as 1,000 open uploads. */
export async function countBucket(
  connection: RegionalConnection,
  bucket: string,
  pages: number,
  signal: AbortSignal,
): Promise<BucketCount> {
  const uploads = await listOpenUploads(connection, bucket, signal);
  let versions = 0;
  let after: ObjectVersion | undefined;
  for (let page = 0; page < pages; page++) {
    const found = await listVersions(connection, bucket, after, signal);
    versions += found?.versions.length ?? 0;
    after = found?.next;
    if (after === undefined) break;
  }
  return { versions, uploads: uploads.length, more: after !== undefined };
}

/** One pass over all versions: deletes a page while the next one is listed. Tells the first version it found. */
async function deleteAll(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
  count: (amount: number) => void,
): Promise<{ version: string | undefined; kept: Undeleted | undefined }> {
  let version: string | undefined;
  let kept: Undeleted | undefined;
  let after: ObjectVersion | undefined;
  const pool = new Pool();
  try {
    do {
      const page = await listVersions(connection, bucket, after, signal);
      if (page === undefined) break;
      const { versions } = page;
      after = page.next;
      if (versions.length === 0) continue;
      version ??= JSON.stringify(versions[0]);
      await pool.run(async () => {
        const left = await deleteVersions(connection, bucket, versions, signal);
        count(versions.length - left.length);
        // What cannot pass says more than what may.
        kept = left.find(isFinal) ?? kept ?? left[0];
      });
    } while (after !== undefined);
  } finally {
    await pool.end();
  }
  return { version, kept };
}

/** Aborts up to 1,000 uploads. Tells the first one it found. */
async function abortUploads(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
  count: (amount: number) => void,
): Promise<string | undefined> {
  const uploads = await listOpenUploads(connection, bucket, signal);
  const pool = new Pool();
  try {
    for (const upload of uploads) {
      await pool.run(async () => {
        await abortUpload(connection, bucket, upload, signal);
        count(1);
      });
    }
  } finally {
    await pool.end();
  }
  return uploads[0]?.uploadId;
}

/** Runs a few things at once; the first failure ends it. */
class Pool {
  private readonly running = new Set<Promise<void>>();
  private failure: { error: unknown } | undefined;

  /** Returns when there is room for the next one. */
  async run(work: () => Promise<void>): Promise<void> {
    const job: Promise<void> = work()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.running.delete(job));
    this.running.add(job);
    if (this.running.size >= PARALLEL) await Promise.race(this.running);
    if (this.failure) throw this.failure.error;
  }

  async end(): Promise<void> {
    await Promise.all(this.running);
    if (this.failure) throw this.failure.error;
  }
}

function isFinal({ code }: Undeleted): boolean {
  return /AccessDenied|MethodNotAllowed|InvalidRequest|Forbidden/.test(code);
}

function unwilling(bucket: string, kept: Undeleted | undefined) {
  if (kept === undefined) {
    return failed('bucket_not_empty', `${bucket} does not become empty: something keeps writing to it`, [
      'stop what writes to it, then run the command again: it goes on where it stopped',
    ]);
  }
  return failed(
    'bucket_not_empty',
    `S3 does not delete ${JSON.stringify(kept.key)} in ${bucket}: ${kept.message || kept.code}`,
    [
      'an object lock, or a policy of the bucket or the account, can forbid it',
      'remove what forbids it, then run the command again: it goes on where it stopped',
    ],
  );
}
