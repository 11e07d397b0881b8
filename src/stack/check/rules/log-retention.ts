import type { Rule } from '../rule.ts';

/** What is logged ends some day, and goes with the stack. */
export const logRetention: Rule = {
  id: 'log-retention',
  *settled(stack) {
    for (const { id, properties, attributes } of stack.ofType('Logs::LogGroup')) {
      if (properties.RetentionInDays === undefined) {
        const message = 'lines are kept, and paid for, for ever: say for how many days';
        yield { resource: id, path: 'Properties.RetentionInDays', message };
      }
      const kept = attributes.DeletionPolicy;
      if (kept === undefined || kept === 'Delete') continue;
      const message = 'outlives the stack under its fixed name, and the next deployment fails because of it';
      yield { resource: id, path: 'DeletionPolicy', message };
    }
  },
};
