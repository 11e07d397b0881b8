import { CONTAINER_PORT, HEALTH_PATH, stageNames } from '../../../../server/names.ts';
import { entryOf, listAt, numberAt, textAt } from '../read.ts';
import type { Problem, Rule } from '../rule.ts';
import { type Balanced, servicesOf } from '../service-parts.ts';

/** Task definition, service and target group speak of one container, one port and one health check: the server's. */
export const containerMatch: Rule = {
  id: 'container-match',
  *settled(stack) {
    const expected = stageNames(stack.values.Stage ?? '').container;
    for (const { service, taskDefinition, containers, balanced } of servicesOf(stack)) {
      const names = containers.map((container) => textAt(container, 'Name'));
      for (const { path, containerName, port, targetGroup } of balanced) {
        const container = containers[names.indexOf(containerName)];
        if (container === undefined) {
          const message = `there is no container ${containerName}; the task has ${names.join(', ')}`;
          yield { resource: service.id, path: `${path}.ContainerName`, message };
          continue;
        }
        if (!listAt(container, 'PortMappings').some((each) => numberAt(each, 'ContainerPort') === port)) {
          const message = `the container ${containerName} does not open port ${port}`;
          yield { resource: service.id, path: `${path}.ContainerPort`, message };
        }
        if (containerName !== expected) {
          const message = `the container is called ${containerName}, and ${expected} elsewhere`;
          yield { resource: taskDefinition!.id, path: 'Properties.ContainerDefinitions', message };
        }
        yield* ofServer(container, taskDefinition!.id, port);
        if (targetGroup !== undefined) yield* ofTargetGroup(targetGroup, port);
      }
    }
  },
};

function* ofServer(container: unknown, resource: string, port: number): Iterable<Problem> {
  const listens = Number(entryOf(listAt(container, 'Environment'), 'MCP_S3_PORT') ?? CONTAINER_PORT);
  if (listens !== port) {
    const message = `the server listens on ${listens} (MCP_S3_PORT), and the load balancer asks ${port}`;
    yield { resource, path: 'Properties.ContainerDefinitions', message };
  }
  const command = listAt(container, 'HealthCheck.Command').join(' ');
  if (command !== '' && !command.includes(`127.0.0.1:${port}${HEALTH_PATH}`)) {
    const message = `the container's health check does not ask 127.0.0.1:${port}${HEALTH_PATH}: tasks never become healthy`;
    yield { resource, path: 'Properties.ContainerDefinitions.HealthCheck', message };
  }
}

function* ofTargetGroup(group: NonNullable<Balanced['targetGroup']>, port: number): Iterable<Problem> {
  const { id: resource, properties } = group;
  const health = textAt(properties, 'HealthCheckPath');
  if (health !== HEALTH_PATH) {
    const message = `the health check asks ${health || '/'}, and the server answers at ${HEALTH_PATH}`;
    yield { resource, path: 'Properties.HealthCheckPath', message };
  }
  if (numberAt(properties, 'Port') !== port) {
    const message = `the target group is for port ${textAt(properties, 'Port')}, and the container's is ${port}`;
    yield { resource, path: 'Properties.Port', message };
  }
  // Tasks of awsvpc networks register by address.
  if (properties.TargetType !== 'ip') {
    yield { resource, path: 'Properties.TargetType', message: 'tasks of Fargate are targets of the type ip' };
  }
}
