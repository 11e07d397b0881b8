import stringWidth from 'string-width';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { wrapIndented } from './wrap.ts';

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

/** "about $69", or "at least $55, and what has no price" where lines are missing from the sum. */
export function moneyTotal(usd: number | null, lines: { usd: number | null }[]): string {
  if (usd === null) return 'no price';
  return lines.some((line) => line.usd === null)
    ? `at least ${roundUsd(usd)}, and what has no price`
    : `about ${roundUsd(usd)}`;
}

/** From 10 dollars on without cents, which an estimate cannot know. */
export function roundUsd(usd: number): string {
  return Math.abs(usd) < 10 ? formatUsd(usd) : formatUsd(Math.round(usd)).replace('.00', '');
}

const NOTE_INDENT = '      ';

/** Names and amounts, a little indented, with the notes beside them where they fit and below where not. */
export function moneyRows(
  lines: MoneyLine[],
  { width, style, signed = false }: { width: number; style: Style; signed?: boolean },
): string[] {
  const amount = (usd: number) => `${signed && usd > 0 ? '+' : ''}${formatUsd(usd)}`;
  const rows = lines.map(({ name, usd }) => [`  ${name}`, usd === null ? 'no price' : amount(usd)]);
  const columns = [
    { title: '', cut: true },
    { title: '', align: 'right' as const },
  ];
  return renderTable(columns, rows, width).flatMap((line, index) => {
    const { note = '' } = lines[index]!;
    if (note === '') return [line];
    const beside = `  ${note}`;
    if (stringWidth(line + beside) <= width) return [line + style.dim(beside)];
    return [line, ...wrapIndented(note, width, NOTE_INDENT).map(style.dim)];
  });
}
