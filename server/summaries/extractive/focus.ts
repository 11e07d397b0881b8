import { isCjk, termsOf } from './terms.ts';

const ENDING =
  '(?:ations?|ances?|ences?|ments?|ions?|ingly|ness|able|ive|ity|ities|ies|ied|ing|ers?|ors?|ed|es|ly|al|s|y|e)';
const LAST_ENDING = new RegExp(`${ENDING}$`);

/** Share of the focus words that a text holds, 0 to 1. */
export type FocusMatch = (text: string) => number;

/**
 * Matches words whatever their ending: "costs" finds "cost" and "costing". Words without a topic ("what", "the") are
 * left out; where words are not spaced, pairs of characters count.
 */
export function focusMatcher(focus: string | undefined): FocusMatch | undefined {
  if (focus === undefined) return undefined;
  const words = new Set<string>();
  for (const [word] of focus.toLowerCase().matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (isCjk(word.charCodeAt(0))) {
      for (let i = 0; i < Math.max(1, word.length - 1); i++) words.add(word.slice(i, i + 2));
    } else if (termsOf(word).terms.length > 0) {
      const stem = word.replace(LAST_ENDING, '');
      words.add(stem.length >= 3 ? stem : word);
    }
  }
  if (words.size === 0) return undefined;
  const patterns = [...words].map((word) =>
    isCjk(word.charCodeAt(0))
      ? new RegExp(word, 'u')
      : new RegExp(`(?<![\\p{L}\\p{N}])${word}${ENDING}{0,2}(?![\\p{L}\\p{N}])`, 'iu'),
  );
  return (text) => {
    let hits = 0;
    for (const pattern of patterns) if (pattern.test(text)) hits++;
    return hits / patterns.length;
  };
}
