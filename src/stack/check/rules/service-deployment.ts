import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

export const serviceDeployment: Rule = {
  id: 'service-deployment',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ECS::Service')) {
      for (const word of ['Enable', 'Rollback']) {
        const path = `DeploymentConfiguration.DeploymentCircuitBreaker.${word}`;
        if (textAt(properties, path) === 'true') continue;
        const message =
          'a task that cannot start would be started for hours, and the stack would hang: set it to true';
        yield { resource: id, path: `Properties.${path}`, message };
      }
      if (properties.DesiredCount !== undefined) {
        const message = 'each update would undo what auto scaling and the keeper decided: leave it out';
        yield { resource: id, path: 'Properties.DesiredCount', message };
      }
      if (properties.LoadBalancers !== undefined && properties.HealthCheckGracePeriodSeconds === undefined) {
        const message =
          'a task that is still starting may be taken for a sick one and replaced: give it a minute';
        yield { resource: id, path: 'Properties.HealthCheckGracePeriodSeconds', message };
      }
    }
  },
};
