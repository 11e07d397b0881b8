import { readFile, writeFile } from 'node:fs/promises';
import type { Result } from '../../../src/doctor/diagnosis.ts';
import type { Break } from './break.ts';

const FILE = new URL('../../../docs/doctor.md', import.meta.url);

/** What doctor said of a break. */
export interface Verdict {
  made: Break;
  title: string;
  notReached: string[];
  /** The last way in which it was put right. */
  repaired: string;
}

export interface PairVerdict {
  first: string;
  second: string;
  verdict: string;
}

/** Findings that are not as they are on a stage that is well. */
export function findings(results: Result[]): { check: string; state: string; cause: string }[] {
  return results.flatMap((result) => {
    switch (result.state) {
      case 'broken':
      case 'notice':
        return [{ check: result.id, state: result.state, cause: result.cause }];
      case 'unknown':
        return [{ check: result.id, state: 'unknown', cause: result.says }];
      default:
        return [];
    }
  });
}

const BY = {
  emulator: 'in the emulator',
  answer: 'by an answer as AWS gives it',
  machine: 'on this machine',
};

export function causesTable(verdicts: Verdict[]): string {
  const rows = verdicts.map(({ made, title, notReached, repaired }) => {
    const how = `${made.how} (${BY[made.by]})`;
    const state = made.state ?? 'broken';
    return [`\`${made.cause}\``, title, how, state, shortened(notReached), repaired];
  });
  const head = ['Cause', 'Look', 'How it was brought about', 'Verdict', 'Not reached', 'Well again after'];
  return table(head, rows);
}

/** Ways in which something was put right, in words. */
export const REPAIRED = {
  line: 'the printed line',
  fix: '`--fix`',
  lifted: 'it was undone',
};

export function pairsTable(pairs: PairVerdict[]): string {
  const rows = pairs.map(({ first, second, verdict }) => [`\`${first}\``, `\`${second}\``, verdict]);
  return table(['One', 'Other', 'Verdict'], rows);
}

export function localTable(rows: string[][]): string {
  return table(['Cause', 'Look', 'How it was brought about', 'Well again after'], rows);
}

/**
 * Compares a table with the one between its marks in docs/doctor.md; with UPDATE_DOCTOR=1 it is written there.
 * @returns the table that stands there
 */
export async function recorded(name: 'causes' | 'pairs' | 'local', made: string): Promise<string> {
  const [begin, end] = [`<!-- ${name}: made by the tests, UPDATE_DOCTOR=1 -->`, `<!-- end of ${name} -->`];
  const text = await readFile(FILE, 'utf8');
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (process.env.UPDATE_DOCTOR) {
    await writeFile(FILE, `${text.slice(0, from)}\n\n${made}\n\n${text.slice(to)}`);
    return made;
  }
  return text.slice(from, to).trim();
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function shortened(ids: string[]): string {
  return ids.length === 0 ? '-' : ids.length <= 4 ? ids.join(', ') : `${ids.length} looks behind it`;
}
