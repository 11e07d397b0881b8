import { entryOf, listAt, numberAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { servicesOf } from '../service-parts.ts';

/** Seconds. Of Fargate; ECS API Reference, `stopTimeout`. */
const LONGEST = 120;
const USUAL = 30;
/** Of a target group, where it is not set. */
const USUAL_DELAY = 300;

export const stopTimeout: Rule = {
  id: 'stop-timeout',
  *settled(stack) {
    for (const { taskDefinition, containers, balanced } of servicesOf(stack)) {
      for (const [index, container] of containers.entries()) {
        const resource = taskDefinition!.id;
        const path = `Properties.ContainerDefinitions.${index}.StopTimeout`;
        const stop = numberAt(container, 'StopTimeout') || USUAL;
        if (stop > LONGEST) {
          yield { resource, path, message: `${stop} s is refused: Fargate waits ${LONGEST} s at most` };
        }
        const deadline = Number(
          entryOf(listAt(container, 'Environment'), 'MCP_S3_DRAIN_DEADLINE_SECONDS') ?? 0,
        );
        if (deadline >= stop) {
          const message = `the server finishes requests for ${deadline} s, and is killed after ${stop} s: set it above`;
          yield { resource, path, message };
        }
        for (const { targetGroup } of balanced) {
          const attributes = listAt(targetGroup?.properties, 'TargetGroupAttributes');
          const delay = Number(entryOf(attributes, 'deregistration_delay.timeout_seconds') ?? USUAL_DELAY);
          if (delay < stop) continue;
          const message = `the load balancer keeps connections of a leaving task for ${delay} s, and the task is killed after ${stop} s: set it above, or the delay (${targetGroup?.id}) below`;
          yield { resource, path, message };
        }
      }
    }
  },
};
