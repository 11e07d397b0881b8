import stringWidth from 'string-width';
import type { Result } from '../doctor/diagnosis.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { wrapIndented } from './wrap.ts';

export interface DoctorView {
  style: Style;
  /** Columns; Infinity where nothing must be cut or wrapped. */
  width: number;
  /** What stands where something was cut. */
  ellipsis: string;
}

const WORDS: Record<Result['state'], string> = {
  good: 'good',
  notice: 'notice',
  broken: 'BROKEN',
  unknown: 'unknown',
  absent: '-',
  not_reached: 'not reached',
};

/** What follows the list, the worst last: there the person reads on. */
const EXPLAINED = ['unknown', 'notice', 'broken'] as const;

/** One line for each look, and then what there is to know or to do. */
export function renderDoctor(results: Result[], view: DoctorView): string[] {
  const explained = EXPLAINED.flatMap((state) =>
    state === 'unknown' ? alike(results) : results.filter((result) => result.state === state),
  );
  return [...list(results, view), ...explained.flatMap((result) => ['', ...explanation(result, view)])];
}

/** Columns below which what was seen would only be a stump. */
const ROOM = 12;

function list(results: Result[], { style, width, ellipsis }: DoctorView): string[] {
  const rows = folded(results).map((result) => [
    painted(result.state, style),
    result.title,
    short(result, results, style),
  ]);
  const [words, titles] = [0, 1].map((at) => Math.max(...rows.map((row) => stringWidth(row[at]!))));
  const room = width - words! - titles! - 4;
  if (room >= ROOM) {
    const columns = [{ title: '' }, { title: '' }, { title: '', cut: true }];
    return renderTable(columns, rows, width, { ellipsis });
  }
  return renderTable(
    [{ title: '' }, { title: '', cut: true }],
    rows.map((row) => row.slice(0, 2)),
    width,
    { ellipsis },
  );
}

/** What was seen; of the others the word that programs know it by, since they are explained below. */
function short(result: Result, results: Result[], { dim, red, yellow }: Style): string {
  switch (result.state) {
    case 'good':
    case 'absent':
      return dim(printable(result.seen));
    case 'broken':
      return red(result.cause);
    case 'notice':
      return yellow(result.cause);
    case 'unknown':
      return yellow(result.needs === undefined ? 'could not look' : `needs ${result.needs}`);
    case 'not_reached':
      return dim(`behind ${results.find(({ id }) => id === result.because)?.title ?? result.because}`);
  }
}

function explanation(result: Result, { style, width }: DoctorView): string[] {
  const title = `${painted(result.state, style)}  ${style.bold(result.title)}`;
  if (result.state === 'unknown') return [title, ...wrapIndented(printable(result.says), width, '  ')];
  if (result.state !== 'broken' && result.state !== 'notice') return [];
  const { cause, says, evidence, remedy, fix } = result;
  const remedies = [...remedy, ...(fix === undefined ? [] : [`or let --fix do it: ${fix.does}`])];
  const labelled = (label: string, lines: string[]) =>
    lines.map((line, i) => `  ${(i === 0 ? label : '').padEnd(6)}${line}`);
  return [
    ...wrapIndented(`${title}  ${style.dim(cause)}`, width),
    ...wrapIndented(printable(says), width, '  '),
    ...labelled(
      'seen',
      evidence.flatMap((fact) => wrapIndented(printable(fact), width - 8)),
    ),
    // Whole, so that a command can be copied.
    ...labelled('do', remedies.map(printable)),
  ];
}

/** What could not be looked at for one and the same reason is one thing to explain. */
function alike(results: Result[]): Result[] {
  const reasons = new Map<string, Result[]>();
  for (const result of results) {
    if (result.state === 'unknown') reasons.set(result.says, [...(reasons.get(result.says) ?? []), result]);
  }
  return [...reasons.values()].map(([first, ...others]) =>
    others.length === 0 ? first! : { ...first!, title: `${first!.title}, and ${others.length} more` },
  );
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
  const word = WORDS[state];
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

/** The verdict in one sentence. */
export function verdict(results: Result[]): string {
  const of = (state: Result['state']) => results.filter((result) => result.state === state);
  const [broken, unknown, good, notices] = [of('broken'), of('unknown'), of('good'), of('notice')];
  const unseen = unknown.length === 0 ? '' : `; ${unknown.length} could not be looked at`;
  if (broken.length > 0) {
    const titles = broken.map(({ title }) => title).join('; ');
    const count = broken.length === 1 ? 'One thing is' : `${broken.length} things are`;
    return `${count} broken: ${titles}${unseen}.`;
  }
  const known = notices.length === 1 ? 'one thing' : `${notices.length} things`;
  const noticed = notices.length === 0 ? '' : `; ${known} to know`;
  // What was not seen is not known to be well.
  const found = unknown.length === 0 ? 'Nothing is broken' : 'Nothing is known to be broken';
  const there = results.length - of('absent').length;
  return `${found}: ${good.length} of ${there} checks are good${noticed}${unseen}.`;
}
