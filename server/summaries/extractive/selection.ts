import type { Passage } from './passage.ts';
import type { Rated } from './scoring.ts';
import { countWords } from './words.ts';

export interface Budget {
  maxWords: number;
  maxPassages: number;
  /** Words that each passage costs besides its own: a bullet's dash. */
  overhead: number;
}

const REPETITION = 2.5;
/** Points below the best at which a passage no longer earns its place. */
const WORTH = 4;

/**
 * Takes the best passages that fit, one by one, each weighed against what is already said (maximal marginal
 * relevance, Carbonell and Goldstein 1998). In the order of the text.
 */
export function select(rated: readonly Rated[], budget: Budget): Passage[] {
  const chosen: Passage[] = [];
  let open = rated.map((entry) => ({ ...entry, penalty: 0, words: -1 }));
  let room = budget.maxWords;
  let best = Number.NEGATIVE_INFINITY;
  while (chosen.length < budget.maxPassages) {
    let pick: (typeof open)[number] | undefined;
    for (const entry of open) {
      if (entry.words > room) continue;
      if (pick !== undefined && entry.score - entry.penalty <= pick.score - pick.penalty) continue;
      if (entry.words < 0)
        entry.words = countWords(entry.passage.text) + countWords(entry.passage.label) + budget.overhead;
      if (entry.words <= room) pick = entry;
    }
    if (pick === undefined) break;
    const value = pick.score - pick.penalty;
    if (best > Number.NEGATIVE_INFINITY && (value < best - WORTH || (pick.passage.fragment && best > -2)))
      break;
    if (pick.passage.pinned !== true) best = Math.max(best, value);
    chosen.push(pick.passage);
    room -= pick.words;
    // The same words once more would say nothing.
    const { text } = pick.passage;
    open = open.filter(({ passage }) => passage.text !== text);
    for (const entry of open)
      entry.penalty = Math.max(entry.penalty, REPETITION * likeness(entry.passage.terms, pick.passage.terms));
  }
  return chosen.sort((a, b) => a.order - b.order);
}

/** Cosine of two sets of terms. */
function likeness(a: Int32Array, b: Int32Array): number {
  let common = 0;
  for (let i = 0; i < a.length; i++) if (b.includes(a[i]!)) common++;
  return common / Math.sqrt(Math.max(1, a.length * b.length));
}
