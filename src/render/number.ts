const FORMAT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number for people: `1,234,567`. */
export function formatNumber(value: number): string {
  return FORMAT.format(value);
}
