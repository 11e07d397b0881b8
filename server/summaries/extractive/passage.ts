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
}

/** A copy that does not keep the large string alive that the text was cut out of. */
export function detach(passage: Passage): Passage {
  passage.text = ` ${passage.text}`.slice(1);
  passage.label = ` ${passage.label}`.slice(1);
  return passage;
}
