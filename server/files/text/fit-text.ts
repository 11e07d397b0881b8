import { boundaryAfter, boundaryBefore, decodeBytes, type TextEncoding, unitBytes } from './encoding.ts';

/** Bytes of content that may decode to `maxBytes` bytes of UTF-8: ASCII in UTF-16 takes half the room there. */
export function contentBytesFor(maxBytes: number, encoding: TextEncoding): number {
  return maxBytes * unitBytes(encoding);
}

/**
 * Cuts content at a character boundary so that its text has at most `maxBytes` bytes of UTF-8, but at least one
 * character. Returns how many bytes of the content are kept, from its start or from its end.
 */
export function fitText(
  bytes: Buffer,
  maxBytes: number,
  encoding: TextEncoding,
  side: 'start' | 'end',
): number {
  const part = (kept: number) =>
    side === 'start' ? bytes.subarray(0, kept) : bytes.subarray(bytes.length - kept);
  const align = (kept: number) =>
    side === 'start'
      ? boundaryBefore(bytes, kept, encoding)
      : bytes.length - boundaryAfter(bytes, bytes.length - kept, encoding);
  let kept = align(Math.min(bytes.length, contentBytesFor(maxBytes, encoding)));
  for (;;) {
    const size = Buffer.byteLength(decodeBytes(part(kept), encoding));
    if (size <= maxBytes) break;
    kept = align(Math.min(kept - 1, Math.floor((kept * maxBytes) / size)));
  }
  if (kept > 0 || bytes.length === 0) return kept;
  return side === 'start'
    ? boundaryAfter(bytes, Math.min(unitBytes(encoding), bytes.length), encoding)
    : bytes.length - boundaryBefore(bytes, Math.max(bytes.length - unitBytes(encoding), 0), encoding);
}
