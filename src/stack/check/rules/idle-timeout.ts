import { entryOf, listAt } from '../read.ts';
import type { Rule } from '../rule.ts';

/** Seconds that API Gateway lets a stream be silent, and a load balancer's default. */
const STREAM_IDLE = 300;
const USUAL = 60;

export const idleTimeout: Rule = {
  id: 'idle-timeout',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ElasticLoadBalancingV2::LoadBalancer')) {
      const set = entryOf(listAt(properties, 'LoadBalancerAttributes'), 'idle_timeout.timeout_seconds');
      if (Number(set ?? USUAL) >= STREAM_IDLE) continue;
      yield {
        resource: id,
        path: 'Properties.LoadBalancerAttributes',
        message: `the load balancer cuts a stream that is silent for ${set ?? USUAL} s: set idle_timeout.timeout_seconds to ${STREAM_IDLE} or more`,
      };
    }
  },
};
