import type { Rule } from '../rule.ts';
import { servicesOf } from '../service-parts.ts';
import { idOf } from '../spell.ts';

/** What tasks need before the first of them starts: without it they hang, or the service is refused. */
const WAYS = ['EC2::VPCEndpoint', 'EC2::Route', 'EC2::SecurityGroupEgress', 'EC2::SecurityGroupIngress'];

export const startOrder: Rule = {
  id: 'start-order',
  *settled(stack) {
    for (const { service, subnets, groups, balanced, taskDefinition } of servicesOf(stack)) {
      const listeners = balanced.flatMap((each) => each.listeners);
      const ways = WAYS.flatMap((type) => stack.ofType(type)).filter(({ type, properties }) => {
        const [ours, theirs] = ['GroupId', 'DestinationSecurityGroupId'].map(
          (key) => idOf(properties[key]) ?? '',
        );
        return !type.includes('SecurityGroup') || groups.includes(ours!) || groups.includes(theirs!);
      });
      const tables = stack
        .ofType('EC2::SubnetRouteTableAssociation')
        .filter(({ properties }) => subnets.includes(idOf(properties.SubnetId) ?? ''));
      const roles = ['TaskRoleArn', 'ExecutionRoleArn'].map((key) => idOf(taskDefinition?.properties[key]));
      const policies = stack
        .ofType('IAM::Policy')
        .filter(({ needs }) => roles.some((role) => role !== undefined && needs.has(role)));
      const before = stack.before(service.id);
      for (const { id } of [...listeners, ...ways, ...tables, ...policies]) {
        if (before.has(id)) continue;
        const message = `the service does not wait for ${id}: its first tasks may start without it`;
        yield { resource: service.id, path: 'DependsOn', message };
      }
    }
  },
};
