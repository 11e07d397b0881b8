import type { Result } from '../doctor/diagnosis.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { wrapHanging } from './wrap.ts';

const WORDS: Record<Result['state'], string> = {
  good: 'good',
  notice: 'notice',
  broken: 'BROKEN',
  unknown: 'unknown',
  absent: '-',
  not_reached: 'not reached',
};

const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));

/**
 * The results: one line for each look; below a break what shows it, and what to do about it.
 * @param width columns; Infinity where nothing must be wrapped
 */
export function renderDoctor(results: Result[], style: Style, width: number): string[] {
  const titles = Math.max(...results.map(({ title }) => title.length));
  return results.flatMap((result) => {
    const head = `${painted(result.state, style)}  ${result.title.padEnd(titles)}  ${saidOf(result, style)}`;
    if (result.state !== 'broken' && result.state !== 'notice') return [head];
    const remedies = [
      ...result.remedy,
      ...(result.fix === undefined ? [] : [`or let --fix do it: ${result.fix.does}`]),
    ];
    const detail = (label: string, text: string) =>
      wrapHanging(`    ${label.padEnd(6)}${printable(text)}`, width, ' '.repeat(10));
    return [
      head,
      ...result.evidence.flatMap((fact, i) => detail(i === 0 ? 'seen' : '', fact)),
      ...remedies.flatMap((step, i) => detail(i === 0 ? 'do' : '', step)),
    ];
  });
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

function saidOf(result: Result, style: Style): string {
  switch (result.state) {
    case 'good':
    case 'absent':
      return style.dim(printable(result.seen));
    case 'broken':
      return style.bold(printable(result.says));
    case 'notice':
    case 'unknown':
      return printable(result.says);
    case 'not_reached':
      return style.dim(`${result.because} comes first`);
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
