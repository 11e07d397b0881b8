import { isAscii } from 'node:buffer';
import { ServiceError } from '../../errors.ts';
import { binaryKind, certainKind } from './binary-kind.ts';
import { type TextEncoding, utf8Sequence } from './encoding.ts';

/** Bytes of content that are looked at. */
export const SNIFF_BYTES = 64 * 1024;

/** Share of control characters above which content is not taken for text. */
const MAX_CONTROLS = 0.1;

export interface SniffedText {
  encoding: TextEncoding;
  /** Bytes of the byte order mark, 0 without one. */
  bom: number;
  /** Only ASCII so far: the first other character shows whether it is UTF-8 or windows-1252. */
  undecided: boolean;
}

/**
 * Finds the encoding from the first 64 KiB of the content: a byte order mark; else UTF-8, if at least as many of
 * the characters outside ASCII are well-formed as are not; else windows-1252. So one bad byte in a UTF-8 file is
 * shown as U+FFFD and does not spoil the others.
 *
 * Throws `not_text`, with what the file looks like instead.
 * @param complete whether `bytes` are the whole content
 */
export function sniff(key: string, bytes: Buffer, complete: boolean): SniffedText {
  const kind = certainKind(bytes);
  if (kind !== undefined) throw notText(key, kind);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', bom: 2, undecided: false };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', bom: 2, undecided: false };
  if (bytes.includes(0)) throw notText(key, binaryKind(bytes));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return { encoding: 'utf-8', bom: 3, undecided: false };
  }
  const ascii = isAscii(bytes);
  const encoding = ascii || looksLikeUtf8(bytes, complete) ? 'utf-8' : 'windows-1252';
  if (countControls(bytes, encoding) > bytes.length * MAX_CONTROLS) throw notText(key, binaryKind(bytes));
  return { encoding, bom: 0, undecided: ascii };
}

/** The encoding of bytes that begin at a character: if undecided, the first one outside ASCII shows it. */
export function encodingOf(sniffed: SniffedText, bytes: Buffer): TextEncoding {
  if (!sniffed.undecided || isAscii(bytes)) return sniffed.encoding;
  return utf8Sequence(bytes, firstNonAscii(bytes)) > 0 ? 'utf-8' : 'windows-1252';
}

export function firstNonAscii(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! >= 0x80) return at;
  return -1;
}

function looksLikeUtf8(bytes: Buffer, complete: boolean): boolean {
  let wellFormed = 0;
  let malformed = 0;
  let isCut = false;
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at]! < 0x80) {
      at++;
      continue;
    }
    const length = utf8Sequence(bytes, at);
    if (length === -1) {
      isCut = complete;
      break;
    }
    if (length > 0) wellFormed++;
    else malformed++;
    at += Math.max(length, 1);
  }
  // Half a character at the end is the last letter of `café` in windows-1252, or a truncated UTF-8 file.
  return wellFormed > 0 ? wellFormed >= malformed : malformed === 0 && !isCut;
}

/** 1 for C0 without the ones that occur in text (backspace to carriage return, escape); also C1 in windows-1252. */
const CONTROLS = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 0x20 ? (byte < 0x08 || byte > 0x0d) && byte !== 0x1b : byte === 0x7f),
);
const CONTROLS_1252 = CONTROLS.map((isControl, byte) =>
  [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte) ? 1 : isControl,
);

/** By index and table: an iterator takes ten times as long, and a search sniffs thousands of files. */
function countControls(bytes: Buffer, encoding: TextEncoding): number {
  const table = encoding === 'windows-1252' ? CONTROLS_1252 : CONTROLS;
  let controls = 0;
  for (let at = 0; at < bytes.length; at++) controls += table[bytes[at]!]!;
  return controls;
}

export function notText(key: string, kind: string): ServiceError {
  return new ServiceError('not_text', `${JSON.stringify(key)} is not text: it looks like ${kind}`);
}
