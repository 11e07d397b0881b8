import type { Rule } from '../rule.ts';
import { idOf } from '../spell.ts';

export const keyWithoutPlan: Rule = {
  id: 'key-without-plan',
  *settled(stack) {
    const planned = new Set(
      stack.ofType('ApiGateway::UsagePlanKey').map(({ properties }) => idOf(properties.KeyId)),
    );
    for (const { id } of stack.ofType('ApiGateway::ApiKey')) {
      if (planned.has(id)) continue;
      yield {
        resource: id,
        message: 'no UsagePlanKey puts the key on a usage plan: every request with it is answered with 403',
      };
    }
  },
};
