import { listAt } from '../read.ts';
import type { Rule } from '../rule.ts';

const SECRET = /\{\{resolve:(?:secretsmanager|ssm-secure):/;

/** The value of a secret stands only where it stays hidden: not in outputs, and not in what a task or function shows. */
export const secretLeak: Rule = {
  id: 'secret-leak',
  *settled(stack) {
    for (const { name, value } of stack.outputs) {
      if (!SECRET.test(JSON.stringify(value))) continue;
      yield { path: `Outputs.${name}`, message: 'everyone who may look at the stack could read the secret' };
    }
    for (const { id, properties } of stack.ofType('ECS::TaskDefinition')) {
      for (const [index, container] of listAt(properties, 'ContainerDefinitions').entries()) {
        if (!SECRET.test(JSON.stringify(listAt(container, 'Environment')))) continue;
        const message = 'everyone who may look at the task definition could read the secret: use Secrets';
        yield { resource: id, path: `Properties.ContainerDefinitions.${index}.Environment`, message };
      }
    }
    for (const { id, properties } of stack.ofType('Lambda::Function')) {
      if (!SECRET.test(JSON.stringify(properties.Environment ?? {}))) continue;
      const message = 'everyone who may look at the function could read the secret: hand it the ARN';
      yield { resource: id, path: 'Properties.Environment', message };
    }
  },
};
