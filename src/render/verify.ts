import type { CheckResult, VerifyReport } from '../verify/walk.ts';
import { formatDuration } from './duration.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { type Column, renderTable } from './table.ts';
import { wrapHanging } from './wrap.ts';

const WORDS: Record<CheckResult['status'], string> = {
  ok: 'ok',
  failed: 'failed',
  skipped: 'skipped',
  not_reached: 'not reached',
};

/** Narrower terminals have no room for what was seen and how long it took. */
const ROOM = 60;

export interface VerifyView {
  style: Style;
  /** Columns; Infinity where nothing must be cut. */
  width: number;
  ellipsis: string;
}

/** The walk as a table, then each failure with what to do, then the sum. */
export function renderVerify(report: VerifyReport, view: VerifyView): string[] {
  const { style, width, ellipsis } = view;
  const wide = width >= ROOM;
  const rows = report.checks.map((check) => [
    painted(check.status, style),
    check.name,
    check.status === 'not_reached' ? '' : formatDuration(check.duration_ms),
    printable(check.seen),
  ]);
  const columns: Column[] = [
    { title: 'RESULT' },
    { title: 'CHECK' },
    { title: 'TOOK', align: 'right' },
    { title: 'SEEN', cut: true },
  ];
  const shown = wide ? columns.length : 2;
  const skipped = wide ? [] : report.checks.filter(({ status }) => status === 'skipped');
  const failed = report.checks.filter(({ status }) => status === 'failed');
  return [
    ...renderTable(
      columns.slice(0, shown),
      rows.map((row) => row.slice(0, shown)),
      width,
      { title: style.bold, ellipsis },
    ),
    ...skipped.flatMap(({ name, seen }) => ['', ...wrapHanging(`Skipped: ${name}: ${seen}`, width, '  ')]),
    ...failed.flatMap((check) => ['', ...renderFailure(check, view)]),
    '',
    ...wrapHanging(sum(report), width, ''),
  ];
}

function renderFailure(
  { name, seen, expected, remedy }: CheckResult,
  { style, width }: VerifyView,
): string[] {
  return [
    `${style.red('Failed:')} ${name}`,
    ...wrapHanging(`seen: ${printable(seen)}`, width - 2, '  ').map((line) => `  ${line}`),
    ...wrapHanging(`expected: ${expected}`, width - 2, '  ').map((line) => `  ${line}`),
    ...wrapHanging(`${style.cyan('→')} ${remedy}`, width - 2, '  ').map((line) => `  ${line}`),
  ];
}

function sum({ counts }: VerifyReport): string {
  return (Object.keys(WORDS) as CheckResult['status'][])
    .filter((status) => status === 'ok' || counts[status] > 0)
    .map((status) => `${counts[status]} ${WORDS[status]}`)
    .join(', ');
}

function painted(status: CheckResult['status'], style: Style): string {
  const word = WORDS[status];
  if (status === 'failed') return style.red(word);
  return status === 'ok' ? style.green(word) : style.yellow(word);
}
