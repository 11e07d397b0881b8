import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

export const topicKey: Rule = {
  id: 'topic-key',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('SNS::Topic')) {
      const key = textAt(properties, 'KmsMasterKeyId');
      if (!/alias\/aws\/sns$/.test(key)) continue;
      const message = `alarms cannot publish to a topic with ${key}, and nobody would be told`;
      yield { resource: id, path: 'Properties.KmsMasterKeyId', message };
    }
  },
};
