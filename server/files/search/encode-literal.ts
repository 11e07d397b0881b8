import { decodeBytes, type TextEncoding } from '../text/encoding.ts';
import { rareStart } from './pattern/rare-start.ts';

/** The bytes of a text in windows-1252, by character. */
const WINDOWS_1252 = new Map(
  Array.from({ length: 256 }, (_, byte) => [decodeBytes(Buffer.from([byte]), 'windows-1252'), byte]),
);

/** The bytes of a text in an encoding that extends ASCII; undefined where it cannot be written in it. */
function encodeLiteral(text: string, encoding: TextEncoding): Buffer | undefined {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding !== 'windows-1252') return undefined;
  const bytes = Array.from(text, (char) => WINDOWS_1252.get(char));
  return bytes.every((byte) => byte !== undefined) ? Buffer.from(bytes as number[]) : undefined;
}

/** What to look for in bytes to find the lines that hold a text: see `rareStart`. */
export function needleOf(literal: string, encoding: TextEncoding): Buffer | undefined {
  return encodeLiteral(literal, encoding) && encodeLiteral(rareStart(literal), encoding);
}
