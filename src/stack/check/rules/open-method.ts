import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

export const openMethod: Rule = {
  id: 'open-method',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ApiGateway::Method')) {
      const preflight = textAt(properties, 'HttpMethod') === 'OPTIONS';
      const asks = textAt(properties, 'ApiKeyRequired') === 'true';
      if (asks !== preflight) continue;
      yield {
        resource: id,
        path: 'Properties.ApiKeyRequired',
        message: preflight
          ? 'browsers send no key with a preflight: it would be answered with 403'
          : 'the method asks for no API key: anyone may call it',
      };
    }
  },
};
