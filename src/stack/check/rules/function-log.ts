import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { idOf } from '../spell.ts';

export const functionLog: Rule = {
  id: 'function-log',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('Lambda::Function')) {
      const group = idOf(textAt(properties, 'LoggingConfig.LogGroup'));
      if (group !== undefined && stack.resources.has(group)) continue;
      const message =
        'its first call makes a log group that is not of the stack: it is kept for ever, and outlives the stack';
      yield { resource: id, path: 'Properties.LoggingConfig.LogGroup', message };
    }
  },
};
