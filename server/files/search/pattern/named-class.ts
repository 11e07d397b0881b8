import { ALL_ASCII, range } from './char-set.ts';

const DIGIT = range(48, 57);
const LOWER = range(97, 122);
const UPPER = range(65, 90);
const SPACE = range(9, 10) | range(12, 13) | range(32, 32);
const WORD = DIGIT | LOWER | UPPER | range(95, 95);

/** What a class certainly and what it perhaps holds of ASCII: only the two together can be negated. */
export interface Bounds {
  must: bigint;
  may: bigint;
  /** Whether it may hold more than ASCII. */
  other: boolean;
}

function exactly(ascii: bigint): Bounds {
  return { must: ascii, may: ascii, other: false };
}

export function negated({ must, may }: Bounds): Bounds {
  return { must: ALL_ASCII & ~may, may: ALL_ASCII & ~must, other: true };
}

/** `\d`, `\s`, `\w` and their opposites: ASCII, as in RE2. */
export function perlClass(letter: string): Bounds | undefined {
  const lower = letter.toLowerCase();
  const ascii = lower === 'd' ? DIGIT : lower === 's' ? SPACE : lower === 'w' ? WORD : undefined;
  if (ascii === undefined) return undefined;
  return letter === lower ? exactly(ascii) : negated(exactly(ascii));
}

const POSIX: Record<string, bigint> = {
  alnum: DIGIT | LOWER | UPPER,
  alpha: LOWER | UPPER,
  ascii: ALL_ASCII,
  blank: range(9, 9) | range(32, 32),
  cntrl: range(0, 31) | range(127, 127),
  digit: DIGIT,
  graph: range(33, 126),
  lower: LOWER,
  print: range(32, 126),
  punct: range(33, 47) | range(58, 64) | range(91, 96) | range(123, 126),
  space: range(9, 13) | range(32, 32),
  upper: UPPER,
  word: WORD,
  xdigit: DIGIT | range(97, 102) | range(65, 70),
};

/** `[:alpha:]` and `[:^alpha:]`; undefined for a name that is none. */
export function posixClass(name: string): Bounds | undefined {
  const isNegated = name.startsWith('^');
  const ascii = POSIX[isNegated ? name.slice(1) : name];
  if (ascii === undefined) return undefined;
  return isNegated ? negated(exactly(ascii)) : exactly(ascii);
}

/**
 * `\p{Name}`. Which ASCII characters have a property is the same in every version of Unicode; what lies outside may
 * differ between this runtime and RE2, and is taken to match.
 */
export function unicodeClass(name: string, isNegated: boolean): Bounds {
  const found = asciiOf(`\\p{${name}}`) ?? asciiOf(`\\p{Script=${name}}`);
  const bounds: Bounds =
    found === undefined
      ? { must: 0n, may: ALL_ASCII, other: true }
      : { must: found, may: found, other: true };
  return isNegated ? negated(bounds) : bounds;
}

function asciiOf(source: string): bigint | undefined {
  let property: RegExp;
  try {
    property = new RegExp(`^${source}$`, 'u');
  } catch {
    return undefined;
  }
  let ascii = 0n;
  for (let code = 0; code < 128; code++) {
    if (property.test(String.fromCharCode(code))) ascii |= 1n << BigInt(code);
  }
  return ascii;
}
