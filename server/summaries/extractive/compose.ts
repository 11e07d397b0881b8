import type { SummaryOptions } from '../summarizer.ts';
import type { Passage } from './passage.ts';
import type { Rated } from './scoring.ts';
import { select } from './selection.ts';
import { countWords, cutToWords } from './words.ts';

/** A tldr of fewer words than this may take a second sentence. */
const SHORT_TLDR = 10;

/** Writes the summary: the best passages in the order of the text, in the style asked for, within `maxWords`. */
export function compose(
  rated: readonly Rated[],
  options: SummaryOptions & { maxPassages?: number; totalWords: number },
): string {
  if (rated.length === 0) return '';
  const bullets = options.style === 'bullets';
  const overhead = bullets ? 1 : 0;
  // A summary as long as its text is none.
  const maxWords = Math.max(1, Math.min(options.maxWords, Math.max(40, Math.ceil(options.totalWords * 0.5))));
  let chosen: Passage[];
  if (options.style === 'tldr') {
    chosen = select(rated, { maxWords, maxPassages: 1 }, overhead);
    if (options.maxPassages !== 1 && chosen[0] !== undefined && countWords(chosen[0].text) < SHORT_TLDR) {
      chosen = select(rated, { maxWords, maxPassages: 2 }, overhead);
    }
  } else {
    chosen = select(rated, { maxWords, maxPassages: options.maxPassages ?? 1000 }, overhead);
  }
  if (chosen.length === 0) {
    const best = rated.reduce((a, b) => (b.score > a.score ? b : a)).passage;
    const cut = cutToWords(withLabel(best, ''), options.maxWords - overhead);
    return bullets && cut !== '' ? `- ${cut}` : cut;
  }
  if (bullets) return chosen.map((passage) => `- ${withLabel(passage, '')}`).join('\n');
  let speaker = '';
  let text = '';
  for (const passage of chosen) {
    const piece = withLabel(passage, speaker);
    text += text === '' || /[。！？]$/.test(text) ? piece : ` ${piece}`;
    speaker = passage.label;
  }
  return text;
}

function withLabel(passage: Passage, speaker: string): string {
  return passage.label === '' || passage.label === speaker
    ? passage.text
    : `${passage.label}: ${passage.text}`;
}
