import { at, listAt, numberAt } from '../read.ts';
import type { Problem, Rule } from '../rule.ts';
import { idOf } from '../spell.ts';

/** AWS Lambda Developer Guide, "Using Lambda with Amazon SQS". */
const TIMES = 6;
const USUAL_TIMEOUT = 3;
const USUAL_VISIBILITY = 30;

/** A queue that feeds a function loses no message and hands none out twice. */
export const uploadQueue: Rule = {
  id: 'upload-queue',
  *settled(stack) {
    for (const mapping of stack.ofType('Lambda::EventSourceMapping')) {
      const queue = stack.resources.get(idOf(mapping.properties.EventSourceArn) ?? '');
      const target = stack.resources.get(idOf(mapping.properties.FunctionName) ?? '');
      if (queue?.type !== 'AWS::SQS::Queue' || target === undefined) continue;
      const timeout = numberAt(target.properties, 'Timeout') || USUAL_TIMEOUT;
      const hidden = numberAt(queue.properties, 'VisibilityTimeout') || USUAL_VISIBILITY;
      if (hidden < TIMES * timeout) {
        const message = `a message comes back after ${hidden} s, while the function may still work on it: six times its timeout is ${TIMES * timeout} s`;
        yield { resource: queue.id, path: 'Properties.VisibilityTimeout', message };
      }
      if (at(queue.properties, 'RedrivePolicy.deadLetterTargetArn') === undefined) {
        const message = 'what cannot be done is tried for ever, then lost: name a queue for it';
        yield { resource: queue.id, path: 'Properties.RedrivePolicy', message };
      }
      yield* ofMapping(mapping.id, mapping.properties);
      if (target.properties.VpcConfig !== undefined) {
        const message = 'a function in the network has no way to API Gateway: leave it outside';
        yield { resource: target.id, path: 'Properties.VpcConfig', message };
      }
    }
  },
};

function* ofMapping(resource: string, properties: Record<string, unknown>): Iterable<Problem> {
  if (!listAt(properties, 'FunctionResponseTypes').includes('ReportBatchItemFailures')) {
    const message = 'one message that fails brings back all of its batch: set ReportBatchItemFailures';
    yield { resource, path: 'Properties.FunctionResponseTypes', message };
  }
  // Lambda refuses one.
  if (!(numberAt(properties, 'ScalingConfig.MaximumConcurrency') >= 2)) {
    const message = 'many new files at once would start as many functions: set MaximumConcurrency, 2 or more';
    yield { resource, path: 'Properties.ScalingConfig.MaximumConcurrency', message };
  }
}
