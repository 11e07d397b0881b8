import { renderTable } from './table.ts';

/** A line of a bill. Null: no price. */
export interface MoneyLine {
  name: string;
  usd: number | null;
  /** Shown beside it. */
  note?: string;
}

/** US dollars for people, in cents: `$1,204.50`, `-$3.20`, and `<$0.01` for what is less but not nothing. */
export function formatUsd(usd: number): string {
  if (usd !== 0 && Math.abs(usd) < 0.005) return usd < 0 ? '>-$0.01' : '<$0.01';
  return USD.format(usd);
}

const USD = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** "about $69", or "at least $55 (without Fargate ARM: no price)" where lines are missing from the sum. */
export function moneyTotal(usd: number | null, lines: MoneyLine[]): string {
  if (usd === null) return 'no price';
  const missing = lines.filter((line) => line.usd === null).map(({ name }) => name);
  return missing.length === 0
    ? `about ${roundUsd(usd)}`
    : `at least ${roundUsd(usd)} (without ${missing.join(' and ')}: no price)`;
}

/** From 10 dollars on without cents, which an estimate cannot know. */
function roundUsd(usd: number): string {
  return Math.abs(usd) < 10 ? formatUsd(usd) : formatUsd(Math.round(usd)).replace('.00', '');
}

/** A table of names, amounts and notes, a little indented. */
export function moneyRows(lines: MoneyLine[], width: number, { signed = false } = {}): string[] {
  const amount = (usd: number) => `${signed && usd > 0 ? '+' : ''}${formatUsd(usd)}`;
  const rows = lines.map(({ name, usd, note = '' }) => [
    `  ${name}`,
    usd === null ? 'no price' : amount(usd),
    note,
  ]);
  const columns = [
    { title: '', cut: true },
    { title: '', align: 'right' as const },
    { title: '', cut: true },
  ];
  return renderTable(columns, rows, width);
}
