import type { StandingCost } from '../deploy/deploy-plan.ts';
import { moneyRows, moneyTotal, roundUsd } from './money.ts';
import type { Style } from './style.ts';
import { wrapIndented } from './wrap.ts';

interface StandingCostView {
  style: Style;
  width: number;
}

/** What a stage will cost a month, said to be an estimate. */
export function renderStandingCost(
  { monthlyUsd, beforeUsd, items, assumptions }: StandingCost,
  { style, width }: StandingCostView,
): string[] {
  if (monthlyUsd === null) return [style.bold('Standing cost'), '  there is no price for this region'];
  const lines = items.map(({ name, monthlyUsd: usd }) => ({ name, usd }));
  const before = beforeUsd === undefined ? undefined : roundUsd(beforeUsd);
  const now = before === undefined || before === roundUsd(monthlyUsd) ? '' : `, up to now about ${before}`;
  return [
    ...wrapIndented(`Standing cost a month: ${moneyTotal(monthlyUsd, lines)}${now} (an estimate)`, width).map(
      style.bold,
    ),
    ...moneyRows(lines, { width, style }),
    ...assumptions.flatMap((text) => wrapIndented(text, width, '  ')).map(style.dim),
  ];
}
