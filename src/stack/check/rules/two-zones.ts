import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { idsAt } from '../service-parts.ts';

export const twoZones: Rule = {
  id: 'two-zones',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ElasticLoadBalancingV2::LoadBalancer')) {
      const zones = idsAt(properties, 'Subnets').map((subnet) => {
        const its = stack.resources.get(subnet)?.properties;
        return textAt(its, 'AvailabilityZoneId') || textAt(its, 'AvailabilityZone');
      });
      if (new Set(zones).size >= 2) continue;
      const message = `a load balancer is refused unless its subnets are in two zones; these are in ${zones.join(', ') || 'none'}`;
      yield { resource: id, path: 'Properties.Subnets', message };
    }
  },
};
