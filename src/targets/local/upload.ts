import { storeUpload } from '../store-upload.ts';
import type { UploadFile, UploadOptions, UploadResult } from '../target.ts';
import { type LocalBucket, storageOf } from './local-bucket.ts';

/** Puts one file into the local bucket: whole, or not at all. */
export async function localUpload(
  bucket: LocalBucket,
  hidden: boolean | undefined,
  file: UploadFile,
  options: UploadOptions,
): Promise<UploadResult> {
  const { openStore } = await import('../../../server/app.ts');
  return storeUpload(await openStore(storageOf(bucket, hidden)), file, options);
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
