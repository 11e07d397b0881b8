import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ServiceError } from '../../errors.ts';
import type { FileHead } from '../store.ts';

/** Whether the content must be unpacked: `gzip`, as S3 may also spell it (`aws-chunked,gzip`). */
export function isGzip(head: FileHead): boolean {
  const codings = (head.contentEncoding ?? '').toLowerCase().split(',');
  return codings.some((coding) => ['gzip', 'x-gzip'].includes(coding.trim()));
}

/** Unpacks gzip as it streams. Throws `not_text` for data that is damaged or ends too early. */
export async function* gunzip(key: string, body: Readable): AsyncGenerator<Buffer> {
  const unpacked = createGunzip({ chunkSize: 128 * 1024 });
  pipeline(body, unpacked, () => {}); // Its errors come out of the iteration below.
  try {
    yield* unpacked;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_')) throw error;
    const reason = code === 'Z_BUF_ERROR' ? 'it ends too early' : 'it is damaged, or no gzip at all';
    throw new ServiceError(
      'not_text',
      `${JSON.stringify(key)} has the content encoding gzip, but its content cannot be unpacked: ${reason}. Upload it again`,
      { cause: error },
    );
  } finally {
    body.destroy();
  }
}
