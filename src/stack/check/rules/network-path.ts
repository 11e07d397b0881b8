import { numberAt, textAt } from '../read.ts';
import type { Problem, Rule } from '../rule.ts';
import { lets } from '../security-groups.ts';
import { idsAt, servicesOf } from '../service-parts.ts';
import type { Settled } from '../settled.ts';
import { idOf } from '../spell.ts';

const HTTPS = 443;

/** VPC link -> load balancer -> task -> endpoints: each group lets the other's port through, on both sides. */
export const networkPath: Rule = {
  id: 'network-path',
  *settled(stack) {
    yield* fromLink(stack);
    for (const { service, groups, balanced } of servicesOf(stack)) {
      for (const { port, listeners, path } of balanced) {
        if (listeners.length === 0) {
          yield { resource: service.id, path, message: 'no listener forwards to the target group' };
        }
        for (const listener of listeners) {
          const balancer = idOf(listener.properties.LoadBalancerArn) ?? '';
          const its = idsAt(stack.resources.get(balancer)?.properties, 'SecurityGroups');
          yield* hop(stack, { from: its, to: groups, port, what: 'the load balancer to tasks' });
        }
      }
      for (const endpoint of stack.ofType('EC2::VPCEndpoint')) {
        const its = idsAt(endpoint.properties, 'SecurityGroupIds');
        if (endpoint.properties.VpcEndpointType !== 'Interface') continue;
        yield* hop(stack, { from: groups, to: its, port: HTTPS, what: `tasks to ${endpoint.id}` });
      }
    }
  },
};

function* fromLink(stack: Settled): Iterable<Problem> {
  for (const { id, properties } of stack.ofType('ApiGateway::Method')) {
    if (textAt(properties, 'Integration.ConnectionType') !== 'VPC_LINK') continue;
    const link = stack.resources.get(idOf(textAt(properties, 'Integration.ConnectionId')) ?? '');
    const balancer = idOf(textAt(properties, 'Integration.IntegrationTarget')) ?? '';
    const [, host = '', port = '80'] =
      /^http:\/\/([^/:]*\$\{[^}]*\}|[^/:]*)(?::(\d+))?\//.exec(textAt(properties, 'Integration.Uri')) ?? [];
    if (idOf(host) !== balancer) {
      yield {
        resource: id,
        path: 'Properties.Integration.Uri',
        message: `the address is not of ${balancer || 'the load balancer'}, the integration's target`,
      };
    }
    const listens = stack
      .ofType('ElasticLoadBalancingV2::Listener')
      .some(
        (listener) =>
          idOf(listener.properties.LoadBalancerArn) === balancer &&
          numberAt(listener.properties, 'Port') === Number(port),
      );
    if (!listens) {
      yield {
        resource: id,
        path: 'Properties.Integration.Uri',
        message: `the method calls port ${port}, on which ${balancer || 'nothing'} does not listen`,
      };
    }
    const from = idsAt(link?.properties, 'SecurityGroupIds');
    const to = idsAt(stack.resources.get(balancer)?.properties, 'SecurityGroups');
    yield* hop(stack, { from, to, port: Number(port), what: 'the VPC link to the load balancer' });
  }
}

interface Hop {
  /** Security groups of both sides. */
  from: string[];
  to: string[];
  port: number;
  what: string;
}

function* hop(stack: Settled, { from, to, port, what }: Hop): Iterable<Problem> {
  const way = `the way from ${what} on port ${port}`;
  if (from.length === 0 || to.length === 0) yield { message: `${way} has a side without a security group` };
  // Groups add up: one that lets it through is enough.
  const out = from.some((group) => to.some((other) => lets(stack, group, 'Egress', port, other)));
  const into = to.some((group) => from.some((other) => lets(stack, group, 'Ingress', port, other)));
  if (from.length > 0 && !out) {
    yield { resource: from[0]!, message: `${way} is closed: no egress rule to ${to.join(', ')}` };
  }
  if (to.length > 0 && !into) {
    yield { resource: to[0]!, message: `${way} is closed: no ingress rule from ${from.join(', ')}` };
  }
}
