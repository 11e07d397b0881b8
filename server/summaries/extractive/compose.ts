import type { SummaryOptions } from '../summarizer.ts';
import type { Passage } from './passage.ts';
import type { Rated } from './scoring.ts';
import { select } from './selection.ts';
import { countWords, cutToWords } from './words.ts';

/** A tldr of fewer words than this takes a second sentence. */
const SHORT_TLDR = 9;
/** A text of few passages is summarized to half its words, but not below this. */
const SHORT_TEXT = 60;
const SHORTEST_LIMIT = 40;

export interface Limits {
  /** Most passages in the summary, in any style. */
  maxPassages?: number;
}

/** Writes the summary: the best passages in the order of the text, in the style asked for, within `maxWords`. */
export function compose(rated: readonly Rated[], options: SummaryOptions, limits: Limits = {}): string {
  if (rated.length === 0 || options.maxWords < 1) return '';
  const overhead = options.style === 'bullets' ? 1 : 0;
  const budget = { maxWords: limitFor(rated, options.maxWords), overhead };
  const most = limits.maxPassages ?? Number.POSITIVE_INFINITY;
  let chosen = select(rated, { ...budget, maxPassages: options.style === 'tldr' ? 1 : most });
  if (chosen.length === 0) chosen = select(rated, { ...budget, maxWords: options.maxWords, maxPassages: 1 });
  const [only] = chosen;
  if (only === undefined) return cutBest(rated, options, overhead);
  if (options.style === 'tldr' && most > 1 && (only.pinned === true || countWords(only.text) < SHORT_TLDR)) {
    chosen = select(rated, { ...budget, maxPassages: 2 });
  }
  return options.style === 'bullets' ? chosen.map((one) => `- ${spoken(one)}`).join('\n') : prose(chosen);
}

/** A summary as long as its text is none. */
function limitFor(rated: readonly Rated[], maxWords: number): number {
  if (rated.length > SHORT_TEXT || rated.some(({ passage }) => passage.pinned)) return maxWords;
  const total = rated.reduce((sum, { passage }) => sum + countWords(passage.text), 0);
  return Math.min(maxWords, Math.max(SHORTEST_LIMIT, Math.ceil(total / 2)));
}

/** Not even the shortest passage fits: the best one, cut at a word. */
function cutBest(rated: readonly Rated[], options: SummaryOptions, overhead: number): string {
  const best = rated.reduce((a, b) => (b.score > a.score ? b : a)).passage;
  if (options.maxWords <= overhead) return '';
  const cut = cutToWords(spoken(best), options.maxWords - overhead);
  return overhead > 0 ? `- ${cut}` : cut;
}

/** Running prose: a speaker is named when another one begins, list items get their full stop. */
function prose(chosen: readonly Passage[]): string {
  let text = '';
  let speaker = '';
  for (const passage of chosen) {
    const sentence = ended(passage.label === speaker ? passage.text : spoken(passage));
    text += text === '' || /[。！？」』）]$/.test(text) ? sentence : ` ${sentence}`;
    speaker = passage.label;
  }
  return text;
}

function spoken(passage: Passage): string {
  return passage.label === '' ? passage.text : `${passage.label}: ${passage.text}`;
}

function ended(sentence: string): string {
  if (/[.!?…。！？｡‽؟।](?:["'”’)\]»」』）*]*|.*[」』])$/u.test(sentence)) return sentence;
  const bare = sentence.replace(/[\s,;:—–-]+$/u, '');
  return /[\u3040-\u30ff\u3400-\u9fff]$/.test(bare) ? `${bare}。` : `${bare}.`;
}
