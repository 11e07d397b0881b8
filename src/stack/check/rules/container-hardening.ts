import { listAt, textAt } from '../read.ts';
import type { Problem, Rule } from '../rule.ts';

export const containerHardening: Rule = {
  id: 'container-hardening',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ECS::TaskDefinition')) {
      for (const [index, container] of listAt(properties, 'ContainerDefinitions').entries()) {
        const path = `Properties.ContainerDefinitions.${index}`;
        yield* inContainer(container, id, path);
      }
    }
  },
};

function* inContainer(container: unknown, resource: string, path: string): Iterable<Problem> {
  if (textAt(container, 'ReadonlyRootFilesystem') !== 'true') {
    const message = 'the root file system is writable: what breaks in could stay';
    yield { resource, path: `${path}.ReadonlyRootFilesystem`, message };
  }
  const user = textAt(container, 'User').split(':')[0];
  if (user === '' || user === '0' || user === 'root') {
    yield { resource, path: `${path}.User`, message: 'the container runs as root: name another user' };
  }
  if (textAt(container, 'Privileged') === 'true') {
    yield { resource, path: `${path}.Privileged`, message: 'Fargate refuses privileged containers' };
  }
}
