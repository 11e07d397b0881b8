import type { Result } from '../doctor/diagnosis.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { wrapIndented } from './wrap.ts';

const WORDS: Record<Result['state'], string> = {
  good: 'good',
  notice: 'notice',
  broken: 'BROKEN',
  unknown: 'unknown',
  absent: '-',
  not_reached: 'not reached',
};

const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));

/** Columns that a text needs beside its title; where there are fewer, it stands below. */
const ROOM = 30;

/**
 * The results: one line for each look; below a break what shows it, and what to do about it. What is not reached
 * behind one and the same break is counted.
 * @param width columns; Infinity where nothing must be wrapped
 */
export function renderDoctor(results: Result[], style: Style, width: number): string[] {
  const titles = Math.max(...results.map(({ title }) => title.length));
  return folded(results).flatMap((row) => {
    const head = `${painted(row.state, style)}  ${row.title.padEnd(titles)}`;
    const [said, paint] = saidOf(row, style);
    const beside = WIDTH + 2 + titles + 2;
    const below = width - beside < ROOM;
    const lines = wrapIndented(printable(said), width, ' '.repeat(below ? 4 : beside)).map((line) =>
      line.replace(/\S.*/, paint),
    );
    const [first = '', ...rest] = lines;
    const top = below ? [head.trimEnd(), first] : [`${head}  ${first.trimStart()}`];
    if (row.state !== 'broken' && row.state !== 'notice') return [...top, ...rest];
    const remedies = [
      ...row.remedy,
      ...(row.fix === undefined ? [] : [`or let --fix do it: ${row.fix.does}`]),
    ];
    const detail = (label: string, text: string) =>
      wrapIndented(printable(text), width, ' '.repeat(10)).map((line, i) =>
        i === 0 ? `    ${label.padEnd(6)}${line.slice(10)}` : line,
      );
    return [
      ...top,
      ...rest,
      ...row.evidence.flatMap((fact, i) => detail(i === 0 ? 'seen' : '', fact)),
      // Whole, so that a command can be copied.
      ...remedies.map((step, i) => `    ${(i === 0 ? 'do' : '').padEnd(6)}${printable(step)}`),
    ];
  });
}

/** Three and more that wait for the same one become one row. */
function folded(results: Result[]): Result[] {
  const rows: Result[] = [];
  for (let at = 0; at < results.length; ) {
    const result = results[at]!;
    let end = at + 1;
    if (result.state === 'not_reached') {
      const same = (other: Result | undefined) =>
        other?.state === 'not_reached' && other.because === result.because;
      while (same(results[end])) end++;
    }
    const count = end - at;
    if (count < 3) rows.push(...results.slice(at, end));
    else rows.push({ ...result, title: `${count} looks` } as Result);
    at = end;
  }
  return rows;
}

function painted(state: Result['state'], style: Style): string {
  const word = WORDS[state].padEnd(WIDTH);
  switch (state) {
    case 'good':
      return style.green(word);
    case 'broken':
      return style.red(word);
    case 'notice':
    case 'unknown':
      return style.yellow(word);
    default:
      return style.dim(word);
  }
}

function saidOf(result: Result, style: Style): [text: string, paint: (text: string) => string] {
  switch (result.state) {
    case 'good':
    case 'absent':
      return [result.seen, style.dim];
    case 'broken':
      return [result.says, style.bold];
    case 'notice':
    case 'unknown':
      return [result.says, (text) => text];
    case 'not_reached':
      return [`${result.because} comes first`, style.dim];
  }
}

/** The verdict in one sentence. */
export function verdict(results: Result[]): string {
  const count = (state: Result['state']) => results.filter((result) => result.state === state).length;
  const [broken, unknown, good, notices] = [
    count('broken'),
    count('unknown'),
    count('good'),
    count('notice'),
  ];
  const unseen = unknown === 0 ? '' : `; ${unknown} could not be looked at`;
  if (broken > 0) return `${broken === 1 ? 'One thing is' : `${broken} things are`} broken${unseen}.`;
  const noticed = notices === 0 ? '' : `; ${notices === 1 ? 'one thing' : `${notices} things`} to know`;
  // What was not seen is not known to be well.
  const found = unknown === 0 ? 'Nothing is broken' : 'Nothing is known to be broken';
  return `${found}: ${good} of ${results.length} looks found it good${noticed}${unseen}.`;
}
