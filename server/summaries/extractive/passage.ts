import type { Rated } from './scoring.ts';
import { termsOf } from './terms.ts';

/** One sentence, or one line of a list or log, that could stand in the summary. */
export interface Passage {
  /** Clean text: white space normalised, no markup, whole. */
  text: string;
  /** Who says it, in a transcript or minutes; otherwise empty. */
  label: string;
  /** Place among all passages of the text. */
  order: number;
  /** Topic words, see terms.ts. */
  terms: Int32Array;
  /** What its words, its place in paragraph and section, and its shape speak for, whatever the rest of the text says. */
  prior: number;
  /** Matching focus words, 0 to 1. */
  focus: number;
  /** No sentence: a label, a remnant, a list of numbers. Used only where nothing else is. */
  fragment: boolean;
  /** Tells of the whole text and stands first. */
  pinned?: boolean;
}

/** A copy that does not keep the large string alive that the text was cut out of. */
export function detach(passage: Passage): Passage {
  passage.text = ` ${passage.text}`.slice(1);
  passage.label = ` ${passage.label}`.slice(1);
  return passage;
}

/** A sentence of ours about the whole text, to stand before what is quoted from it. */
export function pinned(text: string): Rated {
  return { passage: line(text, -1, true), score: 100 };
}

/** A line that a reader has put together and rated by itself. */
export function ratedLine(text: string, order: number, score: number): Rated {
  return { passage: line(text, order, false), score };
}

function line(text: string, order: number, isPinned: boolean): Passage {
  const plain = text.replace(/\s+/g, ' ');
  const { terms } = termsOf(plain);
  return { text: plain, label: '', order, terms, prior: 0, focus: 0, fragment: false, pinned: isPinned };
}
