import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares two keys in a time that tells nothing of either: digests have one length and are compared whole. */
export function sameKey(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
