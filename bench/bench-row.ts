/** One measured figure. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What must be reached, in words; undefined where the figure is only reported. */
  target?: string;
  ok?: boolean;
}

/** `name: 1.23 x (at least 0.7: reached)` */
export function rowText({ name, value, unit, target, ok }: BenchRow): string {
  const verdict = target === undefined ? '' : ` (${target}: ${ok ? 'reached' : 'MISSED'})`;
  return `${name}: ${figure(value)} ${unit}${verdict}`;
}

/** Three significant digits, whole numbers above a hundred. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

export function printRows(rows: readonly BenchRow[]): void {
  for (const row of rows) console.log(rowText(row));
}
