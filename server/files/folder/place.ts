import { createHash } from 'node:crypto';
import { RESERVED_PREFIX } from '../../names.ts';

/** Folder for what is ours inside the bucket's folder. */
export const OWN_FOLDER = RESERVED_PREFIX.slice(0, -1);

/** Longest name of a file in bytes, on every common file system. */
const MAX_NAME_BYTES = 255;

const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const WINDOWS_FORBIDDEN = /[<>:"|?*\\\x00-\x1f]|[. ]$/;

/**
 * The segments of a key that can be a path of its own, undefined for one that only the overlay can hold: with
 * an empty segment, `.`, `..`, a NUL, a name that is too long or ours, or one that the platform does not take.
 */
export function plainSegments(key: string, platform: string = process.platform): string[] | undefined {
  const segments = key.split('/');
  const first = foldsNames(platform) ? segments[0]!.toLowerCase() : segments[0];
  if (first === OWN_FOLDER) return undefined;
  const plain = segments.every(
    (name) =>
      name !== '' &&
      name !== '.' &&
      name !== '..' &&
      !name.includes('\0') &&
      Buffer.byteLength(name) <= MAX_NAME_BYTES &&
      (platform !== 'win32' || !(WINDOWS_FORBIDDEN.test(name) || WINDOWS_RESERVED.test(name))),
  );
  return plain ? segments : undefined;
}

/** Whether the platform's file systems usually take `A.txt` and `a.txt`, or two forms of `é`, for one name. */
export function foldsNames(platform: string = process.platform): boolean {
  return platform === 'win32' || platform === 'darwin';
}

/** Name under which the overlay keeps a key. */
export function overlayName(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
