import type { Price } from './price-table.ts';

/** One line of a bill, with how it comes about. */
export interface CostItem {
  /** Stable word for programs: `load_balancer`, `endpoint_logs`. */
  id: string;
  name: string;
  quantity: number;
  /** What the quantity counts: `hour`, `GB`, `million requests`. */
  unit: string;
  /** US dollars for one unit; null: no price. */
  unit_usd: number | null;
  /** US dollars in all; null: no price. */
  usd: number | null;
  /** Why this quantity, in words. */
  assumption: string;
}

/** Lines and what those with a price come to. */
export interface CostGroup {
  items: CostItem[];
  /** US dollars; null where not one line has a price. */
  usd: number | null;
  /** Ids of the lines that the sum leaves out, because they have no price. */
  unpriced: string[];
}

export function costItem(
  id: string,
  name: string,
  [quantity, unit]: [number, string],
  price: number | Price | undefined,
  assumption: string,
): CostItem {
  const unitUsd = typeof price === 'object' ? price.usd : price;
  return {
    id,
    name,
    quantity,
    unit,
    unit_usd: unitUsd ?? null,
    usd: unitUsd === undefined ? null : rounded(quantity * unitUsd),
    assumption,
  };
}

export function costGroup(items: CostItem[]): CostGroup {
  const priced = items.flatMap(({ usd }) => (usd === null ? [] : [usd]));
  return {
    items,
    usd: priced.length === 0 ? null : rounded(priced.reduce((sum, usd) => sum + usd, 0)),
    unpriced: items.filter(({ usd }) => usd === null).map(({ id }) => id),
  };
}

/** To a millionth of a dollar, so that programs read 54.623 and not 54.623000000000005. */
export function rounded(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
