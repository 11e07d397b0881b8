import { statementsIn } from '../policies.ts';
import { listAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { idsAt } from '../service-parts.ts';

/** A policy of our own replaces the usual one, by which alarms may publish. */
export const topicPolicy: Rule = {
  id: 'topic-policy',
  *settled(stack) {
    for (const policy of stack.ofType('SNS::TopicPolicy')) {
      const admits = statementsIn(policy).some(
        ({ effect, principal, actions }) =>
          effect === 'Allow' &&
          actions.includes('sns:Publish') &&
          listAt(principal, 'Service').includes('cloudwatch.amazonaws.com'),
      );
      if (admits) continue;
      const message = `alarms may not publish to ${idsAt(policy.properties, 'Topics').join(', ')}: nobody would be told`;
      yield { resource: policy.id, path: 'Properties.PolicyDocument', message };
    }
  },
};
