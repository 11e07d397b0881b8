import { statementsOf } from '../policies.ts';
import { listAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import type { Settled } from '../settled.ts';
import { idOf } from '../spell.ts';

const EVENTS = 'events.amazonaws.com';

/** EventBridge may do what a rule wants it to; what it may not is dropped without a word. */
export const eventTarget: Rule = {
  id: 'event-target',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('Events::Rule')) {
      for (const [index, entry] of listAt(properties, 'Targets').entries()) {
        const target = stack.resources.get(idOf(textAt(entry, 'Arn')) ?? '');
        if (target === undefined || admitted(stack, target.id, target.type, id)) continue;
        const message = `nothing allows EventBridge to hand events of this rule to ${target.id}: they are lost`;
        yield { resource: id, path: `Properties.Targets.${index}`, message };
      }
    }
  },
};

function admitted(stack: Settled, target: string, type: string, rule: string): boolean {
  if (type === 'AWS::Lambda::Function') {
    return stack
      .ofType('Lambda::Permission')
      .some(
        ({ properties }) =>
          idOf(properties.FunctionName) === target &&
          properties.Principal === EVENTS &&
          (properties.SourceArn === undefined || idOf(properties.SourceArn) === rule),
      );
  }
  if (type !== 'AWS::SQS::Queue') return true;
  return statementsOf(stack).some(
    ({ effect, principal, actions, targets }) =>
      effect === 'Allow' &&
      listAt(principal, 'Service').includes(EVENTS) &&
      actions.includes('sqs:SendMessage') &&
      targets.some((each) => idOf(each) === target),
  );
}
