import type { Passage } from './passage.ts';
import type { PassagePool } from './pool.ts';

export interface Rated {
  passage: Passage;
  /** Points; the higher the more the passage stands for the text. */
  score: number;
}

/** Points for each reason to pick a passage, measured on papers and abstracts, checked on other kinds by reading. */
const CENTRAL = 2;
const EDGES = 2.2;
const RECURRING = 0.6;
const HEADINGS = 1.2;
const LEAD = 0.8;
const TAIL = 0.4;
const FOCUS = 5;
const FRAGMENT = 6;

/** Passages at the beginning and the end whose topics are taken for those of the whole text. */
const FIRST = 12;
const LAST = 10;

/**
 * Rates passages by how much of the text they speak of, where they stand and what they announce.
 * @param chatty talk that was not planned: its beginning and end say little about the whole
 */
export function rate(passages: readonly Passage[], pool: PassagePool, chatty: boolean): Rated[] {
  const { vocabulary, headingTerms } = pool;
  const edges = edgeTerms(passages);
  const frequency = (term: number): number => {
    const count = vocabulary.count(term);
    if (count < 2) return 0;
    // Terms of nearly every sentence are the language's own small words.
    const damped = vocabulary.sentences > 20 && count > 0.3 * vocabulary.sentences;
    return Math.log(1 + count) * (damped ? 0.3 : 1);
  };
  const central = relative(passages, frequency);
  const edge = relative(passages, (term) => Math.log(1 + (edges.get(term) ?? 0)));
  const placed = (order: number): number => LEAD / (1 + order / 8) + TAIL / (1 + (pool.seen - 1 - order) / 6);
  return passages.map((passage, i) => {
    const { terms, order } = passage;
    let inHeadings = 0;
    let recurring = 0;
    for (let k = 0; k < terms.length; k++) {
      if (headingTerms.has(terms[k]!)) inHeadings++;
      if (vocabulary.count(terms[k]!) >= 3) recurring++;
    }
    const score =
      passage.prior +
      CENTRAL * central[i]! +
      (chatty ? 0 : placed(order)) +
      EDGES * (chatty ? 0.3 : 1) * edge[i]! +
      RECURRING * (recurring / Math.max(8, terms.length)) +
      HEADINGS * Math.min(1, inHeadings / 4) +
      FOCUS * passage.focus -
      (passage.fragment ? FRAGMENT : 0);
    return { passage, score };
  });
}

/** Mean weight of a passage's terms, long passages a little ahead, as a share of the highest. */
function relative(passages: readonly Passage[], weight: (term: number) => number): number[] {
  let highest = 0;
  const values = passages.map(({ terms }) => {
    let sum = 0;
    for (let i = 0; i < terms.length; i++) sum += weight(terms[i]!);
    const value = sum / Math.sqrt(Math.max(6, terms.length));
    highest = Math.max(highest, value);
    return value;
  });
  return highest === 0 ? values : values.map((value) => value / highest);
}

function edgeTerms(passages: readonly Passage[]): Map<number, number> {
  const weights = new Map<number, number>();
  const count = (from: readonly Passage[], weight: number): void => {
    for (const { terms } of from) {
      for (let i = 0; i < terms.length; i++) weights.set(terms[i]!, (weights.get(terms[i]!) ?? 0) + weight);
    }
  };
  count(passages.slice(0, FIRST), 1);
  count(passages.slice(-LAST), 0.7);
  return weights;
}
