import { countWords } from '../extractive/words.ts';
import type { SummaryOptions } from '../summarizer.ts';

/** Summaries of fewer words than this get the short form. */
const SHORT = 30;

/** What a summary of the beginning of a file says about that, in the summary's own style; it counts as its words. */
export function coverageNote(coverage: number, { style, maxWords }: SummaryOptions): string {
  const percent = Math.floor(coverage * 100);
  const share = percent < 1 ? 'less than 1%' : `only the first ${percent}%`;
  const note =
    maxWords < SHORT ? `[Covers ${share}.]` : `[Covers ${share} of the file: the token cap was reached.]`;
  return style === 'bullets' ? `\n- ${note}` : ` ${note}`;
}

/** Words that are left for the summary beside that note. */
export function wordsBeside(coverage: number, options: SummaryOptions): number {
  return Math.max(1, options.maxWords - countWords(coverageNote(coverage, options)));
}
