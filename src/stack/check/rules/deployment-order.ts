import type { Rule } from '../rule.ts';

const PARTS = ['Method', 'Model', 'RequestValidator', 'GatewayResponse'];

export const deploymentOrder: Rule = {
  id: 'deployment-order',
  *settled(stack) {
    for (const { id } of stack.ofType('ApiGateway::Deployment')) {
      const before = stack.before(id);
      for (const part of PARTS.flatMap((type) => stack.ofType(`ApiGateway::${type}`))) {
        if (before.has(part.id)) continue;
        yield {
          resource: id,
          path: 'DependsOn',
          message: `the snapshot does not wait for ${part.id}, and may be taken without it`,
        };
      }
    }
  },
};
