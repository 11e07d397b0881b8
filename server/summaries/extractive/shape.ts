/** What a sentence looks like, from one pass over its characters. */
export interface Shape {
  /** Words as `wc -w` counts them. */
  words: number;
  /** Letters, and any character beyond ASCII that is no space or punctuation of its own. */
  letters: number;
  /** Runs of digits. */
  numbers: number;
  /** Digits, brackets and signs: formulas, citations and tables have many. */
  odd: number;
  /** Brackets and quotation marks come in pairs. */
  balanced: boolean;
  /** Chinese or Japanese, written without spaces. */
  unspaced: boolean;
}

export function shapeOf(text: string): Shape {
  let words = 0;
  let letters = 0;
  let numbers = 0;
  let odd = 0;
  let open = 0;
  let closedEarly = false;
  let quotes = 0;
  let unspaced = false;
  let inWord = false;
  let inNumber = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const digit = unit >= 48 && unit <= 57;
    if (digit && !inNumber) numbers++;
    inNumber = digit;
    if (unit <= 32) {
      inWord = false;
      continue;
    }
    if (!inWord) words++;
    inWord = true;
    const lower = unit | 32;
    if ((lower >= 97 && lower <= 122) || (unit >= 0xaa && unit < 0x2000) || unit >= 0x3040) {
      letters++;
      if (unit >= 0x3040 && unit <= 0x9fff) unspaced = true;
    } else if (unit === 40 || unit === 0x201c) {
      open++;
      odd++;
    } else if (unit === 41 || unit === 0x201d) {
      odd++;
      if (--open < 0) closedEarly = true;
    } else if (unit === 34) {
      quotes++;
    } else if (digit || unit === 43 || unit === 47 || unit > 90 || (unit >= 60 && unit <= 62)) {
      if (unit < 127) odd++;
    }
  }
  return { words, letters, numbers, odd, balanced: open === 0 && !closedEarly && quotes % 2 === 0, unspaced };
}

const ENDS_WHOLE = /[.!?…。！？｡]["'”’)\]»」』）]*$/;

/** Whether a sentence ends with a sign that ends sentences. */
export function endsWhole(sentence: string): boolean {
  return ENDS_WHOLE.test(sentence.slice(-8));
}

const COURTESY =
  /^(?:dear|hi|hello|yours|kind(?:est)?|best|warm(?:est)?|with (?:kind|best|warm|love|many)|sincerely|regards|cheers|love|many thanks|mit freundlichen|liebe|viele|cordialement|saludos)\b/i;

const ATTENDANCE =
  /^(?:present|apologies|attend(?:ees|ance|ing)|absent|participants|date|time|venue|place|location|chair|minutes|cc|anwesend|entschuldigt|author|version|status|tags)\s*:/i;

/** No sentence that could stand by itself: a label, a remnant of a list, mostly numbers. */
export function isFragment(sentence: string, shape: Shape, item: boolean): boolean {
  if (/[:,：；;、]$/.test(sentence) || !shape.balanced || shape.letters * 2 < sentence.length) return true;
  if (/^(?:[),;:]|\p{Ll}(?!\p{L}*\p{Lu}))/u.test(sentence)) return true;
  if (shape.unspaced) return shape.letters < 6;
  if (ATTENDANCE.test(sentence)) return true;
  if (shape.words < 12 && !ENDS_WHOLE.test(sentence.slice(-8)) && COURTESY.test(sentence)) return true;
  if (ENDS_WHOLE.test(sentence.slice(-8))) return shape.words < 4;
  return shape.words < (item ? 5 : 15);
}
