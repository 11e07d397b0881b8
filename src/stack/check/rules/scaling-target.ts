import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

/** Texts that no schema describes: a typo in them is told when the stack is half made. */
export const scalingTarget: Rule = {
  id: 'scaling-target',
  *settled(stack) {
    for (const { id, properties } of stack.ofType('ApplicationAutoScaling::ScalableTarget')) {
      if (properties.ServiceNamespace !== 'ecs') continue;
      const text = textAt(properties, 'ResourceId');
      if (/^service\/(\$\{\w+\}|[^/$]+)\/(\$\{\w+\.Name\}|[^/$]+)$/.test(text)) continue;
      const message = `${text} is no service: write service/CLUSTER/NAME, with the name of the service and not its ARN`;
      yield { resource: id, path: 'Properties.ResourceId', message };
    }
    for (const { id, properties } of stack.ofType('ApplicationAutoScaling::ScalingPolicy')) {
      const metric = 'TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification';
      if (textAt(properties, `${metric}.PredefinedMetricType`) !== 'ALBRequestCountPerTarget') continue;
      const text = textAt(properties, `${metric}.ResourceLabel`);
      if (/^\$\{\w+\.LoadBalancerFullName\}\/\$\{\w+\.TargetGroupFullName\}$/.test(text)) continue;
      const message = `${text || 'nothing'} is no label: write the full names of load balancer and target group, with a slash between`;
      yield { resource: id, path: `Properties.${metric}.ResourceLabel`, message };
    }
  },
};
