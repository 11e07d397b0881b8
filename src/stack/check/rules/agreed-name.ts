import { API_STAGE, METRIC_NAMESPACE, stageNames } from '../../../../server/names.ts';
import { entryOf, listAt, textAt } from '../read.ts';
import type { Problem, Rule } from '../rule.ts';
import { servicesOf } from '../service-parts.ts';
import type { Settled } from '../settled.ts';

/** Names by which the command line, the server and the functions find what the template makes. */
export const agreedName: Rule = {
  id: 'agreed-name',
  *settled(stack) {
    const names = stageNames(stack.values.Stage ?? '');
    yield* named(stack, 'LogGroup', 'LogGroupName', names.logGroup);
    yield* named(stack, 'TaskDefinition', 'Family', names.taskFamily);
    yield* named(stack, 'TargetGroup', 'Name', names.targetGroup);
    yield* named(stack, 'Cluster', 'ClusterName', names.stack);
    yield* named(stack, 'ApiStage', 'StageName', API_STAGE);
    for (const { taskDefinition, containers } of servicesOf(stack)) {
      const base = entryOf(listAt(containers[0], 'Environment'), 'MCP_S3_BASE_PATH');
      if (base === `/${API_STAGE}`) continue;
      yield {
        resource: taskDefinition!.id,
        path: 'Properties.ContainerDefinitions',
        message: `API Gateway passes its stage on in the path: MCP_S3_BASE_PATH must be /${API_STAGE}, or every request is a 404`,
      };
    }
    for (const { id, properties } of stack.ofType('Logs::MetricFilter')) {
      for (const metric of listAt(properties, 'MetricTransformations')) {
        if (textAt(metric, 'MetricNamespace') === METRIC_NAMESPACE) continue;
        const message = `figures are looked for in the namespace ${METRIC_NAMESPACE}`;
        yield { resource: id, path: 'Properties.MetricTransformations', message };
      }
    }
  },
};

function* named(stack: Settled, id: string, property: string, expected: string): Iterable<Problem> {
  const resource = stack.resources.get(id);
  if (resource === undefined) return;
  const name = textAt(resource.properties, property);
  // A target group that had to be replaced has a hash behind its name.
  if (name === expected || (id === 'TargetGroup' && name.startsWith(`${expected}-`))) return;
  yield {
    resource: id,
    path: `Properties.${property}`,
    message: `is called ${name}, and ${expected} elsewhere`,
  };
}
