import { listAt, numberAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { idOf } from '../spell.ts';

/** A service may use what its cluster has. */
export const capacityProviders: Rule = {
  id: 'capacity-providers',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ECS::Service')) {
      const strategy = listAt(properties, 'CapacityProviderStrategy');
      if (strategy.length === 0) continue;
      const path = 'Properties.CapacityProviderStrategy';
      const cluster = idOf(properties.Cluster);
      const joined = stack
        .ofType('ECS::ClusterCapacityProviderAssociations')
        .filter((each) => idOf(each.properties.Cluster) === cluster);
      const offered = [
        stack.resources.get(cluster ?? '')?.properties,
        ...joined.map((each) => each.properties),
      ]
        .flatMap((each) => listAt(each, 'CapacityProviders'))
        .map(String);
      for (const name of strategy.map((each) => textAt(each, 'CapacityProvider'))) {
        if (offered.includes(name)) continue;
        yield { resource: id, path, message: `the cluster ${cluster} does not have the provider ${name}` };
      }
      if (strategy.filter((each) => numberAt(each, 'Base') > 0).length > 1) {
        yield { resource: id, path, message: 'only one provider may have a base' };
      }
    }
  },
};
