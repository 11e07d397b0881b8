import { type TextEncoding, utf8Sequence } from '../text/encoding.ts';

/** How many bytes the first `units` UTF-16 units of the decoded text took. */
export function byteLength(bytes: Buffer, text: string, units: number, encoding: TextEncoding): number {
  if (encoding === 'windows-1252') return units;
  if (encoding !== 'utf-8') return Math.min(units * 2, bytes.length);
  if (text.length === bytes.length) return units;
  // Where something was malformed the text has more bytes than it came from, never fewer.
  if (Buffer.byteLength(text) === bytes.length) return Buffer.byteLength(text.slice(0, units));
  let at = 0;
  for (let left = units; left > 0 && at < bytes.length; ) {
    const length = utf8Sequence(bytes, at);
    at += length > 0 ? length : malformedLength(bytes, at);
    left -= length === 4 ? 2 : 1;
  }
  return at;
}

/** Bytes that one U+FFFD stands for: as much of a character as is well-formed (WHATWG Encoding Standard). */
function malformedLength(bytes: Buffer, at: number): number {
  let length = 1;
  while (at + length < bytes.length && utf8Sequence(bytes.subarray(at, at + length + 1), 0) === -1) length++;
  return length;
}
