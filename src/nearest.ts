import { editDistance } from '../server/edit-distance.ts';

/**
 * The candidate that was probably meant: the smallest edit distance, at most a third of the word's length.
 * Undefined when none is near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate, limit);
    if (distance < (best?.distance ?? limit + 1)) best = { candidate, distance };
  }
  return best?.candidate;
}
