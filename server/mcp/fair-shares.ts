/**
 * Shares a budget so that nobody gets more than is wanted, and whoever gets less gets as much as anybody (max-min
 * fairness). Whole numbers, each at least 1.
 */
export function fairShares(wanted: readonly number[], budget: number): number[] {
  const shares = [...wanted];
  let left = budget;
  const ascending = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  ascending.forEach((i, taken) => {
    const equal = Math.floor(left / (ascending.length - taken));
    shares[i] = Math.max(Math.min(wanted[i]!, equal), 1);
    left -= Math.min(wanted[i]!, equal);
  });
  return shares;
}
