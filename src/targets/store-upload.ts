import type { FileStore } from '../../server/app.ts';
import { CliError, failed, usageError } from '../errors.ts';
import type { UploadFile, UploadOptions, UploadResult } from './target.ts';

/**
 * Puts one file into a bucket: whole, or not at all.
 * @param explain gives a failure of the bucket better words, where it has some
 */
export async function storeUpload(
  store: FileStore,
  file: UploadFile,
  { noClobber, sha256 = false, onProgress, signal }: UploadOptions,
  explain: (error: unknown) => unknown = (error) => error,
): Promise<UploadResult> {
  const { body, size } = await file.open();
  try {
    const stored = await store.put(file.key, body, {
      ...(noClobber ? { ifNoneMatch: '*' as const } : {}),
      tellSha256: sha256,
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
    const { code, name, message } = error as { code?: string; name?: string; message: string };
    if (name === 'ServiceError' && code === 'precondition_failed' && noClobber) {
      return { key: file.key, status: 'skipped' };
    }
    const known = explain(error);
    if (known instanceof CliError || name !== 'ServiceError') throw known;
    const words = message.startsWith('cannot store ')
      ? message
      : `cannot store ${JSON.stringify(file.key)}: ${message}`;
    if (code === 'bad_request') throw usageError(words, [], code);
    throw failed(code ?? 'storage_failed', words, [], error);
  } finally {
    if (!(body instanceof Uint8Array)) body.destroy();
  }
}
