/**
 * Characters that an element of a pattern may match, never too few: ASCII exactly or more, the rest in bulk. A line
 * has no line feed, so that one is never in.
 */
export interface CharSet {
  /** Bit N: the ASCII character N may match. */
  ascii: bigint;
  /** Outside ASCII: none, perhaps every one, or exactly one character. */
  other: 'none' | 'any' | { char: string };
}

export const ALL_ASCII = (1n << 128n) - 1n;
const LINE_FEED = 1n << 10n;

export function range(first: number, last: number): bigint {
  if (first > 127 || first > last) return 0n;
  const end = Math.min(last, 127);
  return ((1n << BigInt(end - first + 1)) - 1n) << BigInt(first);
}

const UPPER = range(65, 90);
const LOWER = range(97, 122);
const LETTERS = UPPER | LOWER;

/** The same letters in both cases. */
export function bothCases(ascii: bigint): bigint {
  return ascii | ((ascii & UPPER) << 32n) | ((ascii & LOWER) >> 32n);
}

/** U+017F (long s) and U+212A (Kelvin) are, by Unicode's simple case folding, other cases of `s` and `k`. */
const FOLDS_FROM = range(75, 75) | range(83, 83) | range(107, 107) | range(115, 115);

/** One character; with `fold` in all its cases. */
export function single(code: number, fold: boolean): CharSet {
  if (code < 128) {
    const ascii = 1n << BigInt(code);
    if (!fold || (ascii & LETTERS) === 0n) return { ascii, other: 'none' };
    return { ascii: bothCases(ascii), other: (ascii & FOLDS_FROM) === 0n ? 'none' : 'any' };
  }
  if (!fold) return { ascii: 0n, other: { char: String.fromCodePoint(code) } };
  return { ascii: LETTERS, other: 'any' };
}

export const ANY: CharSet = { ascii: ALL_ASCII, other: 'any' };

export function count({ ascii, other }: CharSet): number {
  let members = other === 'none' ? 0 : other === 'any' ? 64 : 1;
  for (let rest = ascii; rest > 0n; rest &= rest - 1n) members++;
  return members;
}

/** The only character of the set, if it has one. */
export function onlyChar({ ascii, other }: CharSet): string | undefined {
  if (other === 'none') {
    if (ascii === 0n || (ascii & (ascii - 1n)) !== 0n) return undefined;
    return String.fromCharCode(ascii.toString(2).length - 1);
  }
  return other === 'any' || ascii !== 0n ? undefined : other.char;
}

/** The set as a class of a JavaScript regular expression with the flag `u`. */
export function classSource({ ascii, other }: CharSet): string {
  const within = ascii & ~LINE_FEED;
  // A bare character lets the engine search for whole words.
  const only = onlyChar({ ascii: within, other });
  if (only !== undefined) return `\\u{${only.codePointAt(0)!.toString(16)}}`;
  let ranges = '';
  for (let code = 0; code < 128; code++) {
    if (((within >> BigInt(code)) & 1n) === 0n) continue;
    let last = code;
    while (last < 127 && ((within >> BigInt(last + 1)) & 1n) === 1n) last++;
    ranges += last === code ? hex(code) : `${hex(code)}-${hex(last)}`;
    code = last;
  }
  if (other === 'any') ranges += '\\x80-\\u{10ffff}';
  else if (other !== 'none') ranges += `\\u{${other.char.codePointAt(0)!.toString(16)}}`;
  return `[${ranges}]`;
}

function hex(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`;
}
