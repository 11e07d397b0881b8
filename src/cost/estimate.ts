import { DEFAULTS, type Parameters } from '../stack/deploy-settings.ts';
import { billedParts } from './billed-parts.ts';
import { type CostGroup, costGroup } from './cost-item.ts';
import { PRICE_TABLE, PRICES_GATHERED } from './price-table.ts';
import { standingItems } from './standing-items.ts';
import { requestItems, uploadItems } from './usage-items.ts';

/** What a stage will cost, in US dollars: an estimate, whose assumptions stand beside its lines. */
export interface CostEstimate {
  region: string;
  /** Whether the region has prices; where not, no line has one. */
  priced: boolean;
  /** Day on which the prices were gathered. */
  prices_of: string;
  /** For a month, whether anybody asks something or not. */
  standing: CostGroup;
  /** Of that what goes on while the service sleeps, all month long. */
  asleep: CostGroup;
  /** For 1,000 requests, each of which makes the model write. */
  requests: CostGroup;
  /** For 1,000 new files that are summarized ahead of time. */
  uploads: CostGroup;
  notes: string[];
}

/** The lines that end when the last task stops. */
const WHILE_AWAKE = /^(?:tasks|public_ipv4)/;

/**
 * What a stage with these parameters costs in this region. Another region's price is never taken for one that is
 * missing: a line without a price says so, and the sums name it.
 */
export function estimate(parameters: Parameters, region: string): CostEstimate {
  const values = { ...DEFAULTS, ...parameters };
  const priced = Object.hasOwn(PRICE_TABLE, region);
  const prices = priced ? PRICE_TABLE[region]! : {};
  const parts = billedParts(values);
  // The model's tokens have a price of their own, which depends on the region as well.
  const known = priced ? values : { ...values, ModelId: '' };
  const standing = standingItems(values, parts, prices);
  return {
    region,
    priced,
    prices_of: PRICES_GATHERED,
    standing: costGroup(standing),
    asleep: costGroup(standing.filter(({ id }) => !WHILE_AWAKE.test(id))),
    requests: costGroup(requestItems(known, prices)),
    uploads: costGroup(uploadItems(known, prices)),
    notes: [
      `Prices as AWS published them, gathered on ${PRICES_GATHERED}: in US dollars, without tax, free tier and discounts.`,
      'While the service sleeps, load balancer, endpoints, secrets and alarms are paid for all the same.',
    ],
  };
}
