import { numberAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

/** API Gateway Developer Guide, "Stream the integration response": 15 minutes; 29 s where the answer is buffered. */
const LONGEST_STREAM = 900_000;
const LONGEST_BUFFERED = 29_000;

export const integrationTimeout: Rule = {
  id: 'integration-timeout',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ApiGateway::Method')) {
      const stream = textAt(properties, 'Integration.ResponseTransferMode') === 'STREAM';
      const most = stream ? LONGEST_STREAM : LONGEST_BUFFERED;
      if (numberAt(properties, 'Integration.TimeoutInMillis') > most) {
        yield {
          resource: id,
          path: 'Properties.Integration.TimeoutInMillis',
          message: `at most ${most} ms are allowed ${stream ? 'for a stream' : 'unless the answer is streamed'}`,
        };
      }
      if (stream && !textAt(properties, 'Integration.Type').endsWith('_PROXY')) {
        yield {
          resource: id,
          path: 'Properties.Integration.Type',
          message: 'only proxy integrations can stream',
        };
      }
    }
  },
};
