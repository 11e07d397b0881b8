/**
 * Quality of the embedded summarizer, beside other ways to pick sentences:
 *
 *   npm run bench:summaries -- FILE [--max-words N] [--sentences N] [--check-rouge]
 *
 * FILE holds JSON lines {"id", "text", "references": [...]}. Without a length, summaries get one sentence where the
 * references are single sentences, else 120 words.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runPython } from './python.ts';
import { type Rouge, rouge } from './rouge.ts';
import { SUMBASIC, sumBasic } from './sumbasic.ts';
import { fill, type Length, ours, seeded, sentencesOf, shuffled } from './systems.ts';

interface Sample {
  id: string;
  text: string;
  references: string[];
}

const SEED = 20_260_501;
const MEASURES = ['rouge1', 'rouge2', 'rougeL'] as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'max-words': { type: 'string' },
      sentences: { type: 'string' },
      'check-rouge': { type: 'boolean' },
    },
  });
  const [file] = positionals;
  if (file === undefined) {
    console.error('usage: npm run bench:summaries -- FILE [--max-words N] [--sentences N] [--check-rouge]');
    process.exitCode = 2;
    return;
  }
  const samples = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Sample);
  const length = lengthFor(samples, values['max-words'], values.sentences);
  console.log(
    `${samples.length} texts of ${file}; summaries of ${lengthName(length)}; ROUGE F1, stemmed, best reference\n`,
  );
  const systems = await summarizeAll(samples, length);
  printTable(samples, systems);
  if (values['check-rouge'] === true) checkRouge(samples, systems.get('ours')!);
}

function lengthFor(samples: readonly Sample[], maxWords?: string, sentences?: string): Length {
  if (maxWords !== undefined || sentences !== undefined) {
    return { maxWords: Number(maxWords ?? 100_000), maxSentences: Number(sentences ?? 100_000) };
  }
  const single = samples.filter(({ references }) =>
    references.every((text) => sentencesOf(text).length === 1),
  );
  return single.length > samples.length / 2
    ? { maxWords: 100_000, maxSentences: 1 }
    : { maxWords: 120, maxSentences: 100_000 };
}

function lengthName({ maxWords, maxSentences }: Length): string {
  const parts = [];
  if (maxSentences < 100_000) parts.push(`${maxSentences} sentence${maxSentences === 1 ? '' : 's'}`);
  if (maxWords < 100_000) parts.push(`at most ${maxWords} words`);
  return parts.join(', ');
}

/** Summaries by system; a string in place of them says why a system was skipped. */
async function summarizeAll(
  samples: readonly Sample[],
  length: Length,
): Promise<Map<string, string[] | string>> {
  const systems = new Map<string, string[] | string>();
  const own: string[] = [];
  for (const { text } of samples) own.push(await ours(text, length));
  systems.set('ours', own);
  const split = samples.map(({ text }) => sentencesOf(text));
  systems.set(
    'leading sentences',
    split.map((sentences) => fill(sentences, [...sentences.keys()], length)),
  );
  const random = seeded(SEED);
  systems.set(
    'random sentences',
    split.map((sentences) => fill(sentences, shuffled(sentences.length, random), length)),
  );
  systems.set(
    SUMBASIC,
    samples.map(({ text }) => {
      const picked = sentencesOf(
        sumBasic([text], length.maxSentences === 1 ? 1 : length.maxWords).replace(/\s+/g, ' '),
      );
      return fill(picked, [...picked.keys()], length);
    }),
  );
  const scores = runPython(
    'lexrank.py',
    split.map((sentences) => ({ sentences })),
  ) as number[][] | string;
  systems.set(
    'LexRank, sumy 0.13.0',
    typeof scores === 'string'
      ? scores
      : split.map((sentences, i) => {
          const byScore = [...sentences.keys()].sort((a, b) => scores[i]![b]! - scores[i]![a]! || a - b);
          return fill(sentences, byScore, length);
        }),
  );
  return systems;
}

function printTable(samples: readonly Sample[], systems: ReadonlyMap<string, string[] | string>): void {
  console.log('| system | ROUGE-1 | ROUGE-2 | ROUGE-L | words |\n|---|---|---|---|---|');
  for (const [name, summaries] of systems) {
    if (typeof summaries === 'string') {
      console.log(`| ${name} | skipped: ${summaries} |`);
      continue;
    }
    const scores = summaries.map((summary, i) => rouge(summary, samples[i]!.references));
    const words = mean(summaries.map((summary) => summary.split(/\s+/).length));
    const cells = MEASURES.map((measure) => (100 * mean(scores.map((score) => score[measure]))).toFixed(2));
    console.log(`| ${name} | ${cells.join(' | ')} | ${words.toFixed(1)} |`);
  }
}

/** Our ROUGE beside Google's `rouge-score` on our summaries. */
function checkRouge(samples: readonly Sample[], summaries: string[] | string): void {
  const pairs = samples.map(({ references }, i) => ({ summary: summaries[i]!, references }));
  const theirs = runPython('rouge_score_check.py', pairs) as number[][] | string;
  if (typeof theirs === 'string') {
    console.log(`\nROUGE not checked against rouge-score: ${theirs}`);
    process.exitCode = 1;
    return;
  }
  const own = pairs.map(({ summary, references }): Rouge => rouge(summary, references));
  const differences = MEASURES.map(
    (measure, k) =>
      100 * Math.abs(mean(own.map((score) => score[measure])) - mean(theirs.map((score) => score[k]!))),
  );
  const largest = Math.max(...differences);
  console.log(`\nagainst rouge-score 0.1.2: the means differ by at most ${largest.toFixed(3)} points`);
  if (largest > 0.1) process.exitCode = 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

await main();
