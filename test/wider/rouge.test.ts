import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'chai';
import { rouge } from '../../bench/rouge.ts';
import { filesBelow, ROOT, readSource } from '../support/imports.ts';

/** The Python that has `rouge-score`; the lane installs it. */
const python = process.env.MCP_S3_TEST_PYTHON;
if (python === undefined)
  throw new Error('MCP_S3_TEST_PYTHON is not set: name a Python that has rouge-score');

interface Pair {
  summary: string;
  references: string[];
}

const examples = filesBelow('examples').filter((file) => /\.(md|txt|eml|csv|log)$/.test(file));

/** Real prose against itself: overlapping, repeated, cut and far-apart pieces. */
function piecesOf(file: string): Pair[] {
  const sentences = readSource(file).match(/[^.!?\n]+[.!?\n]/g) ?? [];
  const piece = (from: number, count: number) => sentences.slice(from, from + count).join(' ');
  return Array.from({ length: Math.min(20, sentences.length) }, (_, n) => ({
    summary: piece(n, 3 + (n % 4)),
    references: [piece(n + (n % 3), 4), piece(n * 2, 2)],
  }));
}

const EDGES: Pair[] = [
  { summary: 'the cat sat on the mat', references: ['the cat sat on the mat'] },
  { summary: 'the the the cat', references: ['the cat the dog'] },
  { summary: 'nothing shared', references: ['wholly other words'] },
  { summary: 'one', references: ['one two three'] },
  { summary: '', references: ['some words'] },
  { summary: 'some words', references: [''] },
  {
    summary: "It's well-known: e-mail, 3.14 and naïve CAFÉS.",
    references: ['its well known e mail 3 14 na ve caf s'],
  },
  { summary: 'running runners ran easily', references: ['run runner running easy'] },
  { summary: 'a b c d e f', references: ['f e d c b a', 'a c e b d f'] },
];

describe("ROUGE, beside Google's rouge-score", () => {
  it('is the same for every pair and measure', function () {
    this.timeout(120_000);
    const pairs = [...EDGES, ...examples.flatMap(piecesOf)];
    expect(pairs.length).to.be.greaterThan(100);
    const script = path.join(ROOT, 'bench/rouge_score_check.py');
    const run = spawnSync(python, [script], {
      input: pairs.map((pair) => JSON.stringify(pair)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    expect(run.status, run.stderr).to.equal(0);
    const theirs = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [number, number, number]);
    expect(theirs).to.have.length(pairs.length);
    const different = pairs.flatMap(({ summary, references }, n) => {
      const { rouge1, rouge2, rougeL } = rouge(summary, references);
      const worst = Math.max(...[rouge1, rouge2, rougeL].map((ours, k) => Math.abs(ours - theirs[n]![k]!)));
      return worst > 1e-9 ? [{ summary, references, ours: [rouge1, rouge2, rougeL], theirs: theirs[n] }] : [];
    });
    expect(different).to.deep.equal([]);
  });
});
