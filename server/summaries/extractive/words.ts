import { isCjk } from './terms.ts';

let segmenter: Intl.Segmenter | undefined;

function isUnspaced(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (
      (isCjk(unit) && unit < 0xac00) ||
      (unit >= 0x0e00 && unit <= 0x0eff) ||
      (unit >= 0x1780 && unit <= 0x17ff) ||
      (unit >= 0x1000 && unit <= 0x109f)
    )
      return true;
  }
  return false;
}

/** Where each word of a text ends. Intl.Segmenter is quadratic on Node 20, so it gets pieces below 1 KB. */
function wordEnds(text: string): number[] {
  const ends: number[] = [];
  for (const match of text.matchAll(/\S+/g)) {
    if (!isUnspaced(match[0])) {
      ends.push(match.index + match[0].length);
      continue;
    }
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
    let any = false;
    for (let from = 0; from < match[0].length; from += 1000) {
      for (const part of segmenter.segment(match[0].slice(from, from + 1000))) {
        const end = match.index + from + part.index + part.segment.length;
        if (part.isWordLike === true) ends.push(end);
        else if (any || ends.length > 0) ends[ends.length - 1] = end;
        any = true;
      }
    }
    if (ends.length === 0) ends.push(match.index + match[0].length);
  }
  return ends;
}

/**
 * Words of a text: what stands between white space (as `wc -w` counts, so a bullet's dash is one too); in scripts
 * that write no spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) the words that Unicode segmentation finds.
 */
export function countWords(text: string): number {
  return wordEnds(text).length;
}

/**
 * The text cut after its `limit`th word, with an ellipsis where something was cut. What is left is counted again:
 * at the border of a script without spaces, a piece can count for more than it did within the whole.
 */
export function cutToWords(text: string, limit: number): string {
  const ends = wordEnds(text);
  if (ends.length <= limit) return text;
  for (let words = limit; words > 0; words--) {
    const cut = `${text.slice(0, ends[words - 1]).replace(/[\s,;:.—–-]+$/u, '')}…`;
    if (countWords(cut) <= limit) return cut;
  }
  return '';
}
