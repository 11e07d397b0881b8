import { statementsOf } from '../policies.ts';
import type { Rule } from '../rule.ts';

export const policyEffect: Rule = {
  id: 'policy-effect',
  *settled(stack) {
    for (const { resource, path, effect } of statementsOf(stack)) {
      if (effect === 'Allow' || effect === 'Deny') continue;
      const message = `the effect ${effect || 'is missing'}: it is Allow or Deny, with a capital letter`;
      yield { resource, path: `${path}.Effect`, message };
    }
  },
};
