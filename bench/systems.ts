import { createExtractiveSummarizer } from '../server/summaries/extractive/extractive.ts';
import { splitSentences } from '../server/summaries/extractive/sentences.ts';

/** How long a summary may be: so many words, or so many sentences. */
export interface Length {
  maxWords: number;
  maxSentences: number;
}

/** Sentences of a text, headings left out: all systems but ours choose among these. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/\n+/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .flatMap((line) => splitSentences(line.trim(), true).sentences);
}

/** Takes sentences in the order of preference as long as they fit; what is too long is passed over. Text order. */
export function fill(sentences: readonly string[], preference: readonly number[], length: Length): string {
  const chosen: number[] = [];
  let room = length.maxWords;
  for (const index of preference) {
    if (chosen.length === length.maxSentences) break;
    const words = sentences[index]!.split(/\s+/).length;
    if (words > room) continue;
    room -= words;
    chosen.push(index);
  }
  return chosen
    .sort((a, b) => a - b)
    .map((index) => sentences[index])
    .join(' ');
}

/** Our summarizer on one text. */
export async function ours(text: string, length: Length): Promise<string> {
  const one = length.maxSentences === 1;
  const summarizer = createExtractiveSummarizer({ maxPassages: length.maxSentences });
  const request = { key: 'text.md', style: one ? 'tldr' : 'paragraph', maxWords: length.maxWords } as const;
  return (await summarizer.summarize({ ...request, text: pieces(text) })).summary;
}

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The numbers below `count` in random order. */
export function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
