import type { Rule } from '../rule.ts';

/** Most characters of names that hold the stage's, which may have twenty. From the API reference of each service. */
const LONGEST: Record<string, { property: string; most: number }> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { property: 'Name', most: 32 },
  'AWS::ElasticLoadBalancingV2::TargetGroup': { property: 'Name', most: 32 },
  'AWS::Lambda::Function': { property: 'FunctionName', most: 64 },
  'AWS::IAM::Role': { property: 'RoleName', most: 64 },
  'AWS::Events::Rule': { property: 'Name', most: 64 },
};

export const nameLength: Rule = {
  id: 'name-length',
  *settled(stack) {
    for (const { id, type, properties } of stack.resources.values()) {
      const limit = LONGEST[type];
      const name = limit && properties[limit.property];
      if (typeof name !== 'string' || name.length <= limit!.most) continue;
      yield {
        resource: id,
        path: `Properties.${limit!.property}`,
        message: `${name} has ${name.length} characters, and ${limit!.most} are allowed: a stage may have 20`,
      };
    }
  },
};
