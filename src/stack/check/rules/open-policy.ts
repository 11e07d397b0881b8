import { statementsOf } from '../policies.ts';
import type { Rule } from '../rule.ts';

/** Statements for everybody without a condition, each with its reason. */
export const REASONS: Record<string, string> = {
  'S3Endpoint ImageLayers':
    "reads one bucket of AWS's, whose objects are signed for by ECR; the way is only open to tasks",
};

/** A bucket, queue, topic or endpoint that lets everybody in says who everybody is. */
export const openPolicy: Rule = {
  id: 'open-policy',
  *settled(stack) {
    for (const { resource, path, sid, effect, principal, condition } of statementsOf(stack)) {
      if (effect !== 'Allow' || principal === undefined || condition !== undefined) continue;
      if (!JSON.stringify(principal).includes('"*"') || REASONS[`${resource} ${sid}`] !== undefined) continue;
      yield {
        resource,
        path: `${path}.Principal`,
        message: 'lets everybody in: name a principal, or add a condition such as aws:PrincipalAccount',
      };
    }
  },
};
