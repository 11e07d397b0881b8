import { certainKind } from '../text/binary-kind.ts';
import { SNIFF_BYTES } from '../text/sniff.ts';

/** Bytes in which control characters are counted. */
const SAMPLE = 512;

/**
 * What can be told of a content in microseconds: `binary` and `text` are what `sniff` says (text unless control
 * characters only follow later); `unsure` is for `sniff` to decide.
 */
export function quickLook(bytes: Buffer): 'binary' | 'text' | 'unsure' {
  if (certainKind(bytes) !== undefined) return 'binary';
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'unsure';
  if (bytes.subarray(0, SNIFF_BYTES).includes(0)) return 'binary';
  const end = Math.min(bytes.length, SAMPLE);
  let controls = 0;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 ? (byte < 0x08 || byte > 0x0d) && byte !== 0x1b : byte === 0x7f) controls++;
  }
  return controls === 0 ? 'text' : 'unsure';
}
