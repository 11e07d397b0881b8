import type { Rule } from '../rule.ts';

export const launchType: Rule = {
  id: 'launch-type',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ECS::Service')) {
      if (properties.LaunchType === undefined || properties.CapacityProviderStrategy === undefined) continue;
      yield {
        resource: id,
        path: 'Properties.LaunchType',
        message: 'ECS refuses a launch type beside a CapacityProviderStrategy: keep the strategy',
      };
    }
  },
};
