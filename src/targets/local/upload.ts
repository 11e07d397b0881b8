import type { Readable } from 'node:stream';
import { CliError, failed } from '../../errors.ts';
import type { UploadFile, UploadOptions, UploadResult } from '../target.ts';
import { type LocalBucket, storageOf } from './local-bucket.ts';

/** Puts one file into the local bucket: whole, or not at all. */
export async function localUpload(
  bucket: LocalBucket,
  hidden: boolean | undefined,
  file: UploadFile,
  { noClobber, onProgress, signal }: UploadOptions,
): Promise<UploadResult> {
  const { openStore } = await import('../../../server/app.ts');
  const store = await openStore(storageOf(bucket, hidden));
  const { body, size } = await file.open();
  try {
    const stored = await store.put(file.key, body as Readable, {
      ...(noClobber ? { ifNoneMatch: '*' as const } : {}),
      onProgress,
      signal,
    });
    if (size !== undefined && stored.size !== size) {
      throw failed(
        'changed',
        `${file.key} changed while it was read: ${size} bytes at first, then ${stored.size}`,
        ['upload it again'],
      );
    }
    return { key: file.key, status: 'uploaded', ...stored };
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code, name, message } = error as { code?: string; name?: string; message: string };
    if (name !== 'ServiceError') throw error;
    if (code === 'precondition_failed' && noClobber) return { key: file.key, status: 'skipped' };
    throw failed(code ?? 'storage_failed', `cannot store ${JSON.stringify(file.key)}: ${message}`, [], error);
  } finally {
    (body as Readable).destroy();
  }
}

/** Takes one file out of the local bucket; one that is not there is no error. */
export async function localRemove(
  bucket: LocalBucket,
  hidden: boolean | undefined,
  key: string,
): Promise<void> {
  const { openStore } = await import('../../../server/app.ts');
  const store = await openStore(storageOf(bucket, hidden));
  await store.delete(key);
}
