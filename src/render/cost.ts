import type { CostGroup, CostItem } from '../cost/cost-item.ts';
import type { CostReport } from '../cost/cost-report.ts';
import type { Used } from '../cost/used.ts';
import { formatBytes } from './bytes.ts';
import { formatDuration } from './duration.ts';
import { formatTime } from './local-time.ts';
import { type MoneyLine, moneyRows, moneyTotal } from './money.ts';
import { formatNumber } from './number.ts';
import type { Style } from './style.ts';
import { wrapIndented } from './wrap.ts';

export interface CostView {
  style: Style;
  width: number;
  now: number;
}

/** A stage's bill for a person: what it will be, what it was, and what each switch would change. */
export function renderCost(report: CostReport, view: CostView): string[] {
  const { estimate, used, switches } = report;
  const { style, width } = view;
  if (!estimate.priced) {
    return [
      style.bold(`Cost of stage ${report.stage} in ${report.region}: no price`),
      ...wrapIndented(
        'No prices are known here for this region, and those of others are not shown.',
        width,
        '  ',
      ),
      ...(used === null ? [] : counted(used, view)),
    ];
  }
  const { standing, asleep, requests, uploads, notes } = estimate;
  return [
    ...group(`A month in ${report.region}`, standing, view),
    ...(asleep.usd === null
      ? []
      : wrapIndented(`Asleep all month: ${moneyTotal(asleep.usd, asleep.items)}`, width, '  ')),
    ...group('On top, for 1,000 requests that make the model write', requests, view),
    ...(uploads.items.length === 0
      ? []
      : group('On top, for 1,000 new files summarized ahead of time', uploads, view)),
    ...(used === null ? [] : [...counted(used, view), ...usedGroup(used, view)]),
    ...wrapIndented('What one switch of mcp-s3 deploy would change in a month', width).map(style.bold),
    ...moneyRows(
      switches.map(({ flag, what, monthly_usd }) => ({ name: flag, usd: monthly_usd, note: what })),
      { width, style, signed: true },
    ),
    ...notes.flatMap((note) => wrapIndented(note, width)).map(style.dim),
  ];
}

function group(title: string, { items, usd }: CostGroup, { style, width }: CostView): string[] {
  const lines = linesOf(items);
  return [
    ...wrapIndented(`${title}: ${moneyTotal(usd, lines)} (an estimate)`, width).map(style.bold),
    ...moneyRows(lines, { width, style }),
  ];
}

function linesOf(items: CostItem[]): MoneyLine[] {
  return items.map(({ name, usd, assumption }) => ({ name, usd, note: assumption }));
}

/** The figures themselves, which need no price. */
function counted({ since, requests, tokens, task_hours, log_bytes }: Used, view: CostView): string[] {
  const { style, width, now } = view;
  const from = formatTime(Date.parse(since), now, { seconds: false });
  const figures = [
    `${formatNumber(requests)} requests`,
    `${formatNumber(tokens.input)} tokens read and ${formatNumber(tokens.output)} written by the model`,
    `${task_hours.toFixed(1)} hours of tasks`,
    `${formatBytes(log_bytes)} of logs`,
  ];
  return [style.bold(`Used since ${from}`), ...wrapIndented(figures.join(', '), width, '  ')];
}

function usedGroup({ cost, hours }: Used, { width, style }: CostView): string[] {
  const lines = cost.items.map(({ name, usd }) => ({ name, usd }));
  const total = `Comes to ${moneyTotal(cost.usd, lines)} in ${formatDuration(hours * 3_600_000)}`;
  return [...wrapIndented(total, width, '  '), ...moneyRows(lines, { width, style })];
}
