/**
 * Sentence ends by rule, not by Intl.Segmenter, which is quadratic on Node 20 and ends a sentence after "et al.".
 */
// The look-behind makes a match begin at the first sign of a run only, or long runs would cost their square.
const LATIN_END = /(?<![.!?…‽؟۔।])[.!?…‽؟۔।]+["'”’)\]»*_]*(?=\s|$)|[。！？｡．]+[」』）”’"]*/g;

/** Abbreviations that are followed by more of the sentence, lower case, without the dot. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof st sr jr rev hon gen col lt capt sgt messrs mme mlle vs etc al eg ie e.g i.e cf viz approx ca ' +
    'fig figs eq eqs sec secs ch chap vol vols pp ed eds resp nos inc ltd co corp dept est dist ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri ' +
    'bzw ca dh d.h z.b usw vgl nr hr fr str bspw evtl ggf abb inkl p.ej sra sta dott sig'
  ).split(' '),
);
const ENDS_SENTENCE_TOO = new Set(['etc', 'inc', 'ltd', 'co', 'corp', 'usw', 'al', 'jr', 'sr']);
const STARTERS =
  /^(?:The|A|An|We|In|It|This|These|That|Those|They|He|She|I|You|Our|For|But|And|However|When|If|As|To|There|Then)\b/;

/** Longest stretch without any sentence end that is kept in one, in UTF-16 units. */
const RUN_ON_LIMIT = 600;

/** Longest sentence that is kept whole because of a quotation in it, in UTF-16 units. */
const QUOTE_LIMIT = 400;

/** Whether a quotation that began in this sentence is still open, and closes soon: its sentences belong together. */
function insideQuote(text: string, start: number, end: number): boolean {
  let straight = false;
  let open = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 34) straight = !straight;
    else if (unit === 0x201c || unit === 0xab) open++;
    else if ((unit === 0x201d || unit === 0xbb) && open > 0) open--;
  }
  if (!straight && open === 0) return false;
  const closes = straight
    ? text.indexOf('"', end)
    : text.slice(end, start + QUOTE_LIMIT).search(/[”»]/) + end;
  return closes >= end && closes < start + QUOTE_LIMIT;
}

/** Whether the dot that ends `text` up to `end` belongs to an abbreviation, an initial or a number. */
function isInnerDot(text: string, start: number, dot: number, next: string): boolean {
  let from = dot;
  while (from > start && text.charCodeAt(from - 1) > 32) from--;
  const word = text.slice(from, dot).replace(/^["'“‘([*_]+/, '');
  if (word === '') return false;
  if (/^\p{Lu}$/u.test(word) && word !== 'I') return true;
  if (/^(?:\d{1,3}|[ivx]{1,4}|\p{L})$/u.test(word) && from === start) return true;
  const lower = word.toLowerCase();
  if (lower === 'no') return /^\d/.test(next);
  if (/^(?:\p{L}\.)+\p{L}$/u.test(word)) return !STARTERS.test(next);
  if (!ABBREVIATIONS.has(lower)) return false;
  return !(ENDS_SENTENCE_TOO.has(lower) && STARTERS.test(next));
}

export interface SplitText {
  sentences: string[];
  /** What stands after the last sure sentence end; empty when `final`. */
  rest: string;
}

/**
 * Cuts a paragraph into its sentences, with white space normalised by the caller.
 * @param final nothing follows: the rest is a sentence too
 */
export function splitSentences(text: string, final: boolean): SplitText {
  const sentences: string[] = [];
  const quotes = /["“«]/.test(text);
  let start = 0;
  LATIN_END.lastIndex = 0;
  for (let match = LATIN_END.exec(text); match !== null; match = LATIN_END.exec(text)) {
    const end = match.index + match[0].length;
    if (end >= text.length) break;
    if (quotes && end - start < QUOTE_LIMIT && insideQuote(text, start, end)) continue;
    const cjk = text.charCodeAt(match.index) >= 0x3000;
    if (!cjk) {
      const next = text.slice(end + 1, end + 12);
      if (/^["'“‘([*_]*\p{Ll}/u.test(next)) continue;
      if (
        match[0].startsWith('.') &&
        !match[0].startsWith('..') &&
        isInnerDot(text, start, match.index, next)
      )
        continue;
    }
    pushRunOn(sentences, text.slice(start, end));
    start = cjk ? end : end + 1;
    LATIN_END.lastIndex = start;
  }
  const rest = text.slice(start);
  if (!final) return { sentences, rest };
  if (rest.trim() !== '') pushRunOn(sentences, rest);
  return { sentences, rest: '' };
}

/** Text without any full stop comes in pieces that end at a word; the mark says that each goes on. */
function pushRunOn(sentences: string[], sentence: string): void {
  let text = sentence.trim();
  while (text.length > RUN_ON_LIMIT) {
    let cut = text.lastIndexOf(' ', RUN_ON_LIMIT / 3);
    if (cut <= 0)
      cut = /[\ud800-\udbff]/.test(text[RUN_ON_LIMIT / 3 - 1]!) ? RUN_ON_LIMIT / 3 - 1 : RUN_ON_LIMIT / 3;
    sentences.push(`${text.slice(0, cut).replace(/[\s,;:]+$/, '')}…`);
    text = text.slice(cut).trimStart();
  }
  if (text !== '') sentences.push(text);
}
