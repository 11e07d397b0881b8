import { listAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { idOf } from '../spell.ts';

export const streamEndpoint: Rule = {
  id: 'stream-endpoint',
  *settled(stack) {
    const streaming = stack
      .ofType('ApiGateway::Method')
      .filter(({ properties }) => textAt(properties, 'Integration.ResponseTransferMode') === 'STREAM');
    const apis = new Set(streaming.map(({ properties }) => idOf(properties.RestApiId)));
    for (const { id, properties } of stack.ofType('ApiGateway::RestApi')) {
      const types = listAt(properties, 'EndpointConfiguration.Types');
      if (!apis.has(id) || (types.length > 0 && !types.includes('EDGE'))) continue;
      yield {
        resource: id,
        path: 'Properties.EndpointConfiguration.Types',
        message:
          'an edge endpoint, which is the default, cuts a stream that is silent for 30 s; a regional one waits five minutes: set [REGIONAL]',
      };
    }
  },
};
