import { CUE_UNSPACED, CUE_WORDS } from './cues.ts';
import { STOPWORDS } from './stopwords.ts';

/** Letters of a word that tell it apart: the rest is mostly ending ("translat|ion", "translat|ed"). */
const STEM_LENGTH = 7;
const SEED = 0x811c9dc5 | 0;

/** Lower case of each UTF-16 unit below 0x600 (Latin, Greek, Cyrillic, ...); 0 for what is part of no word. */
const LOWER = new Uint16Array(0x600);
for (let unit = 0; unit < LOWER.length; unit++) {
  const character = String.fromCharCode(unit);
  if (/[\p{L}\p{N}\p{M}]/u.test(character)) LOWER[unit] = character.toLowerCase().charCodeAt(0);
}

/** Scripts that write no spaces between words (Han, kana), and Hangul, whose endings cling to the word. */
export function isCjk(unit: number): boolean {
  return (
    (unit >= 0x3040 && unit <= 0x30ff) ||
    (unit >= 0x3400 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7a3) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xd840 && unit <= 0xd88f)
  );
}

function lowerUnit(unit: number): number {
  if (unit < 0x600) return LOWER[unit]!;
  if (unit >= 0x2000 && unit <= 0x303f) return 0;
  if (unit >= 0xff00 && unit <= 0xff0f) return 0;
  return unit;
}

function mix(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

function hashOf(word: string): number {
  let hash = SEED;
  for (let i = 0; i < word.length; i++) hash = mix(hash, lowerUnit(word.charCodeAt(i)));
  return hash;
}

const STOP = 1 << 30;
const TABLE = 1 << 12;
const knownWords = new Int32Array(TABLE);
const knownBits = new Int32Array(TABLE);

function knownSlot(hash: number): number {
  let slot = (hash ^ (hash >>> 13)) & (TABLE - 1);
  while (knownBits[slot] !== 0 && knownWords[slot] !== hash) slot = (slot + 1) & (TABLE - 1);
  return slot;
}

function know(word: string, bits: number): void {
  const slot = knownSlot(hashOf(word));
  knownWords[slot] = hashOf(word);
  knownBits[slot]! |= bits;
}

for (const word of STOPWORDS) know(word, STOP);
for (const [word, bits] of CUE_WORDS) know(word, bits);

export interface Terms {
  /**
   * The topic words of a text as hashes, each once, in order of appearance: a word's first letters without the
   * plural "s", or, where words are not spaced, each pair of characters. At most 256.
   */
  terms: Int32Array;
  /** Which phrases of cues.ts may stand in the text. */
  cues: number;
}

const found = new Int32Array(256);

/** Reads the words of a text, in one pass. */
export function termsOf(text: string): Terms {
  let cues = 0;
  let count = 0;
  const length = text.length;
  let i = 0;
  while (i < length && count < found.length) {
    const unit = text.charCodeAt(i);
    if (unit > 0x2fff && isCjk(unit)) {
      cues |= CUE_UNSPACED;
      const following = text.charCodeAt(i + 1);
      if (isCjk(following)) count = remember(mix(mix(SEED, unit), following), count);
      i++;
      continue;
    }
    let lower = lowerUnit(unit);
    if (lower === 0) {
      i++;
      continue;
    }
    let whole = SEED;
    let stem = SEED;
    let beforeLast = SEED;
    let size = 0;
    let digits = true;
    let last = 0;
    while (lower !== 0) {
      whole = mix(whole, lower);
      if (size < STEM_LENGTH) {
        beforeLast = stem;
        stem = whole;
      }
      if (lower < 48 || lower > 57) digits = false;
      size++;
      last = lower;
      i++;
      if (i >= length) break;
      const next = text.charCodeAt(i);
      lower = next > 0x2fff && isCjk(next) ? 0 : lowerUnit(next);
    }
    const bits = knownBits[knownSlot(whole)]!;
    cues |= bits;
    if (size < 2 || (digits && size < 4) || (bits & STOP) !== 0) continue;
    count = remember(last === 115 && size > 3 && size <= STEM_LENGTH ? beforeLast : stem, count);
  }
  return { terms: found.slice(0, count), cues };
}

function remember(term: number, count: number): number {
  for (let i = 0; i < count; i++) if (found[i] === term) return count;
  found[count] = term;
  return count + 1;
}
