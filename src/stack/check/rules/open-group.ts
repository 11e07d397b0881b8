import type { Rule } from '../rule.ts';
import { EVERYWHERE, rulesOf } from '../security-groups.ts';

export const openGroup: Rule = {
  id: 'open-group',
  *settled(stack) {
    for (const { id } of stack.ofType('EC2::SecurityGroup')) {
      if (rulesOf(stack, id, 'Egress').length === 0) {
        yield {
          resource: id,
          path: 'Properties.SecurityGroupEgress',
          message:
            'without a rule for what goes out everything may: name what may, or 127.0.0.1/32 for nothing',
        };
      }
      for (const { owner, cidr } of rulesOf(stack, id, 'Ingress')) {
        if (!EVERYWHERE.includes(cidr)) continue;
        yield { resource: owner, message: 'lets everybody in: name the group that may' };
      }
    }
  },
};
