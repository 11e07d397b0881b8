import { ServiceError } from '../errors.ts';
import { RESERVED_PREFIX } from '../names.ts';

/** Longest key in bytes of UTF-8 (Amazon S3 user guide, "Naming Amazon S3 objects"). */
export const MAX_KEY_BYTES = 1024;

/** Throws `bad_request` for a string that can be no key: empty, above 1,024 bytes, or no valid Unicode. */
export function checkKey(key: string): void {
  if (key.length === 0) throw new ServiceError('bad_request', 'the file key is empty: name a file');
  if (!isWellFormed(key)) {
    throw new ServiceError('bad_request', 'the file key is no valid Unicode text: it holds half a character');
  }
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) {
    throw new ServiceError(
      'bad_request',
      `the file key has ${bytes} bytes: at most ${MAX_KEY_BYTES} are possible`,
    );
  }
}

/** Throws `bad_request` where a file of this key must not be written because the name is our own. */
export function checkWritable(key: string): void {
  checkKey(key);
  if (isReserved(key)) {
    throw new ServiceError(
      'bad_request',
      `keys below ${RESERVED_PREFIX} are reserved for ${RESERVED_PREFIX.slice(1, -1)}: choose another key`,
    );
  }
}

export function isReserved(key: string): boolean {
  return key.startsWith(RESERVED_PREFIX);
}

/** Whether a segment of the key names a hidden file or folder. `.` and `..` are odd names, not hidden ones. */
export function isHidden(key: string): boolean {
  return key.split('/').some(isHiddenName);
}

export function isHiddenName(name: string): boolean {
  return name.startsWith('.') && name !== '.' && name !== '..';
}

/** False for a string with half a surrogate pair, which no UTF-8 can carry. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
