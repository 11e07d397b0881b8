/**
 * Speed of the embedded summarizer from 10 KB to 1 GB, beside the fastest summarizer on npm that finishes 1 MB, in
 * interleaved rounds with medians compared. The text is made of the sentences of the examples in a fixed random
 * order. 100 MB and 1 GB run in a process of their own, whose peak resident memory is read; the whole takes two to
 * four minutes.
 *
 *   npx tsx bench/extractive-speed.ts
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createExtractiveSummarizer } from '../server/summaries/extractive/extractive.ts';
import type { BenchRow } from './bench-row.ts';
import { SUMBASIC, sumBasic } from './sumbasic.ts';
import { seeded, sentencesOf } from './systems.ts';

const ROUNDS = 9;
const MEGABYTE = 1_000_000;
const IN_PROCESS = [
  { name: '10 KB', bytes: 10_000 },
  { name: '100 KB', bytes: 100_000 },
  { name: '1 MB', bytes: MEGABYTE },
  { name: '10 MB', bytes: 10 * MEGABYTE },
];
const APART = [
  { name: '100 MB', bytes: 100 * MEGABYTE },
  { name: '1 GB', bytes: 1000 * MEGABYTE },
];
const FASTER = 2.5;
const RESIDENT_MB = 250;
/** Cost of a megabyte within 1 GB, as a multiple of its cost within 10 MB, that still counts as linear. */
const LINEAR = 1.5;
/** A new piece of text for so many characters, then the piece comes again. */
const BLOCK = 4 * MEGABYTE;
const WORDS = 120;

/** Prose of `length` characters: paragraphs of sentences from the examples. */
function prose(length: number): string {
  const sentences = ['the-ferry-that-would-not-stop.md', 'news.txt', 'letter.txt', 'mail-thread.eml'].flatMap(
    (name) => sentencesOf(readFileSync(new URL(`../examples/${name}`, import.meta.url), 'utf8')),
  );
  const random = seeded(7);
  const parts: string[] = [];
  for (let size = 0; size < length; ) {
    const sentence = sentences[Math.floor(random() * sentences.length)]!;
    parts.push(sentence, random() < 0.15 ? '\n\n' : ' ');
    size += sentence.length + 1;
  }
  return parts.join('').slice(0, length);
}

async function* stream(block: string, length: number): AsyncGenerator<string> {
  for (let sent = 0; sent < length; ) {
    const from = sent % block.length;
    const piece = block.slice(from, Math.min(from + 65_536, from + length - sent));
    sent += piece.length;
    yield piece;
  }
}

/** Milliseconds for one summary. */
async function time(block: string, length: number): Promise<number> {
  const began = performance.now();
  const text = stream(block, length);
  await createExtractiveSummarizer().summarize({ text, key: 'a.txt', style: 'paragraph', maxWords: WORDS });
  return performance.now() - began;
}

interface Apart {
  milliseconds: number;
  residentMegabytes: number;
}

function timeApart(bytes: number): Apart {
  const script = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, '--import', 'tsx', script, '--bytes', String(bytes)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Apart;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

/** Figures of this part of the bench. Times are medians in milliseconds; the 1 GB row is a single run. */
export async function run(): Promise<BenchRow[]> {
  const block = prose(BLOCK);
  const rows: BenchRow[] = [];
  const perMegabyte = new Map<string, number>();
  const add = (name: string, bytes: number, milliseconds: number): void => {
    rows.push({ name: `extractive summary of ${name}`, value: milliseconds, unit: 'ms' });
    perMegabyte.set(name, (milliseconds / bytes) * MEGABYTE);
  };
  await time(block, MEGABYTE);
  for (const { name, bytes } of IN_PROCESS) {
    const times = [];
    for (let round = 0; round < (bytes > MEGABYTE ? 3 : ROUNDS); round++)
      times.push(await time(block, bytes));
    add(name, bytes, median(times));
  }
  rows.push(...(await comparison(block.slice(0, MEGABYTE))));
  let resident = 0;
  for (const { name, bytes } of APART) {
    const apart = timeApart(bytes);
    add(name, bytes, apart.milliseconds);
    resident = apart.residentMegabytes;
  }
  const growth = perMegabyte.get('1 GB')! / perMegabyte.get('10 MB')!;
  rows.push(
    {
      name: 'cost of a megabyte within 1 GB, of one within 10 MB',
      value: growth,
      unit: 'x',
      target: `linear: at most ${LINEAR}`,
      ok: growth <= LINEAR,
    },
    {
      name: 'peak resident memory, summary of 1 GB',
      value: resident,
      unit: 'MB',
      target: `under ${RESIDENT_MB}`,
      ok: resident < RESIDENT_MB,
    },
  );
  return rows;
}

async function comparison(text: string): Promise<BenchRow[]> {
  const own: number[] = [];
  const theirs: number[] = [];
  sumBasic([text], WORDS);
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await time(text, text.length));
    const began = performance.now();
    sumBasic([text], WORDS);
    theirs.push(performance.now() - began);
  }
  const ratio = median(theirs) / median(own);
  return [
    { name: `${SUMBASIC} on 1 MB`, value: median(theirs), unit: 'ms' },
    {
      name: `extractive summary of 1 MB, times as fast as ${SUMBASIC}`,
      value: ratio,
      unit: 'x',
      target: `at least ${FASTER}`,
      ok: ratio >= FASTER,
    },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--bytes');
  if (at > 0) {
    const milliseconds = await time(prose(BLOCK), Number(process.argv[at + 1]));
    console.log(JSON.stringify({ milliseconds, residentMegabytes: process.resourceUsage().maxRSS / 1024 }));
  } else {
    for (const { name, value, unit, target, ok } of await run()) {
      const verdict = target === undefined ? '' : ` (${target}: ${ok ? 'reached' : 'MISSED'})`;
      console.log(`${name}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}${verdict}`);
    }
  }
}
