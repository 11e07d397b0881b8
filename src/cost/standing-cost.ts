import type { StandingCost } from '../deploy/deploy-plan.ts';
import type { CostGroup } from './cost-item.ts';
import type { CostEstimate } from './estimate.ts';

/** The standing part of an estimate, as the plan of a deployment shows it. */
export function standingCost({ priced, standing, asleep, requests, notes }: CostEstimate): StandingCost {
  const tasks = standing.items.find(({ id }) => id.startsWith('tasks'));
  const assumptions = [
    ...(tasks === undefined ? [] : [`Tasks: ${tasks.assumption}.`]),
    ...(asleep.usd === null ? [] : [`Asleep all month it would be $${asleep.usd.toFixed(2)}.`]),
    ...(requests.usd === null
      ? []
      : [`On top for 1,000 requests that each make the model write: ${onTop(requests)}.`]),
    ...notes,
  ];
  return {
    monthlyUsd: standing.usd,
    items: standing.items.map(({ name, usd }) => ({ name, monthlyUsd: usd })),
    assumptions: priced ? assumptions : [],
  };
}

function onTop({ items, usd, unpriced }: CostGroup): string {
  const amount = `$${usd!.toFixed(2)}`;
  if (unpriced.length === 0) return amount;
  const missing = items.filter(({ id }) => unpriced.includes(id)).map(({ name }) => name);
  return `at least ${amount}; no price for: ${missing.join('; ')}`;
}
