/**
 * The value below or at which a share of all values lies (nearest rank: one of the values, never a mean of two).
 * @param sorted ascending, not empty
 * @param share above 0, up to 1
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Ascending copy: plain `sort` would compare numbers as text. */
export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}
