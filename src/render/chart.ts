import type { Glyphs } from './glyphs.ts';

/**
 * Values over time as columns, one character wide each: `height` lines, the first the top.
 * @param values null where there is nothing to show
 * @param top value that fills the height; 0 leaves the chart empty
 */
export function columnChart(
  values: (number | null)[],
  { height, top, glyphs }: { height: number; top: number; glyphs: Glyphs },
): string[] {
  const parts = glyphs.columns.length;
  const filled = values.map((value) =>
    value === null || value <= 0 || top <= 0 ? 0 : Math.max(1, Math.round((value / top) * height * parts)),
  );
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * parts;
    return filled
      .map((amount) => {
        const part = Math.min(parts, amount - below);
        return part <= 0 ? ' ' : glyphs.columns[part - 1];
      })
      .join('')
      .trimEnd();
  });
}

/** A bar from the left, as long as the share of `width`. A share above 0 always shows. */
export function bar(share: number, width: number, { bars }: Glyphs): string {
  const parts = bars.length;
  const amount = Math.min(width * parts, share <= 0 ? 0 : Math.max(1, Math.round(share * width * parts)));
  const rest = amount % parts;
  return bars[parts - 1]!.repeat(Math.floor(amount / parts)) + (rest === 0 ? '' : bars[rest - 1]);
}

/** Fewer values for a narrower chart: each group of neighbours becomes one, by `merge`. */
export function groupNeighbours<T, R>(values: T[], most: number, merge: (group: T[]) => R): R[] {
  const size = Math.max(1, Math.ceil(values.length / Math.max(1, most)));
  const groups: R[] = [];
  for (let at = 0; at < values.length; at += size) groups.push(merge(values.slice(at, at + size)));
  return groups;
}
