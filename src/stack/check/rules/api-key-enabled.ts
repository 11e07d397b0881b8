import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

export const apiKeyEnabled: Rule = {
  id: 'api-key-enabled',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ApiGateway::ApiKey')) {
      if (textAt(properties, 'Enabled') === 'true') continue;
      yield {
        resource: id,
        path: 'Properties.Enabled',
        message: 'the key is off, which is the default: every request with it is answered with 403',
      };
    }
  },
};
