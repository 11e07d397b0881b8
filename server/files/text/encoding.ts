import { isAscii } from 'node:buffer';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Windows-1252 at 0x80-0x9F, by the WHATWG Encoding Standard; elsewhere it is Latin-1. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

/**
 * Decodes bytes that begin and end at character boundaries. Never fails: what is malformed becomes U+FFFD. Not by
 * TextDecoder: some Node versions take windows-1252 for Latin-1 there, and it is several times slower.
 */
export function decodeBytes(bytes: Buffer, encoding: TextEncoding): string {
  switch (encoding) {
    case 'utf-8':
      return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
    case 'windows-1252':
      return bytes
        .toString('latin1')
        .replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80]!);
    case 'utf-16le':
      return decodeUtf16(bytes);
    case 'utf-16be':
      return decodeUtf16(Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16(), bytes.length % 2 === 1);
  }
}

function decodeUtf16(bytes: Buffer, oddByte = bytes.length % 2 === 1): string {
  const text = bytes.toString('utf16le', 0, bytes.length & ~1).replace(/\p{Surrogate}/gu, '\ufffd');
  return oddByte ? `${text}\ufffd` : text;
}

/** Bytes of the smallest unit: cuts are multiples of it, counted from the file's start. */
export function unitBytes(encoding: TextEncoding): 1 | 2 {
  return encoding.startsWith('utf-16') ? 2 : 1;
}

/**
 * Length of the UTF-8 sequence at `at` (Unicode standard, table 3-7), 0 if it is malformed, -1 if the buffer ends
 * before that is known.
 */
export function utf8Sequence(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return -1;
    const low = i > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return length;
}

/** The last character boundary at or before `at`. `bytes` begins at a boundary of the file. */
export function boundaryBefore(bytes: Buffer, at: number, encoding: TextEncoding): number {
  return at - characterAround(bytes, at, encoding).before;
}

/** The first character boundary at or behind `at`, as far as the buffer tells. */
export function boundaryAfter(bytes: Buffer, at: number, encoding: TextEncoding): number {
  return at + characterAround(bytes, at, encoding).after;
}

/** How many bytes of a character lie before and behind a cut through it; 0 and 0 for a cut between two. */
function characterAround(
  bytes: Buffer,
  at: number,
  encoding: TextEncoding,
): { before: number; after: number } {
  if (encoding === 'utf-8') {
    for (let before = 1; before <= 3 && before <= at; before++) {
      if (bytes[at - before]! < 0xc0) continue;
      const length = utf8Sequence(bytes, at - before);
      if (length > before) return { before, after: length - before };
      if (length === -1) return { before, after: bytes.length - at };
      break;
    }
    return { before: 0, after: 0 };
  }
  if (encoding === 'windows-1252') return { before: 0, after: 0 };
  if (at % 2 === 1) {
    const even = characterAround(bytes, at - 1, encoding);
    if (even.before > 0) return { before: even.before + 1, after: 1 };
    return {
      before: 1,
      after: Math.min(isSurrogate(bytes, at - 1, encoding, 0xd8) ? 3 : 1, bytes.length - at),
    };
  }
  if (at < 2 || !isSurrogate(bytes, at - 2, encoding, 0xd8)) return { before: 0, after: 0 };
  if (at + 2 > bytes.length) return { before: 2, after: bytes.length - at };
  return isSurrogate(bytes, at, encoding, 0xdc) ? { before: 2, after: 2 } : { before: 0, after: 0 };
}

function isSurrogate(bytes: Buffer, at: number, encoding: TextEncoding, kind: 0xd8 | 0xdc): boolean {
  return ((bytes[encoding === 'utf-16le' ? at + 1 : at] ?? 0) & 0xfc) === kind;
}
