import type { StandingCost } from '../deploy/deploy-plan.ts';
import type { CostEstimate } from './estimate.ts';

/** The standing part of an estimate, as the plan of a deployment shows it. */
export function standingCost({ priced, standing, asleep, requests, notes }: CostEstimate): StandingCost {
  const tasks = standing.items.find(({ id }) => id.startsWith('tasks'));
  const assumptions = [
    ...(tasks === undefined ? [] : [`Tasks: ${tasks.assumption}.`]),
    ...(asleep.usd === null ? [] : [`Asleep all month it would be $${asleep.usd.toFixed(2)}.`]),
    ...(requests.usd === null
      ? []
      : [`On top for 1,000 requests that each make the model write: $${requests.usd.toFixed(2)}.`]),
    ...notes,
  ];
  return {
    monthlyUsd: standing.usd,
    items: standing.items.map(({ name, usd }) => ({ name, monthlyUsd: usd })),
    assumptions: priced ? assumptions : [],
  };
}
