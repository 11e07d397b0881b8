import { createHash } from 'node:crypto';
import type { Template } from './cfn-yaml.ts';

/** What the target group was first made with, of the properties that cannot be changed ("Update requires: Replacement"). */
const FIRST = '["10.42.0.0/24",8080,"HTTP","ip"]';

/**
 * A target group with another port, protocol, type or network replaces the one there is, under a fixed name: it would
 * collide with itself. So its name gets a suffix as soon as one of these is no longer what it was in the beginning.
 */
export function nameTargetGroup(template: Template): Template {
  const { TargetGroup: group, Vpc: vpc } = template.Resources;
  const { Port, Protocol, TargetType, Name } = group!.Properties!;
  const made = JSON.stringify([vpc!.Properties!.CidrBlock, Port, Protocol, TargetType]);
  if (made === FIRST) return template;
  // With a stage of 20 characters this is the 32 that a name may have.
  const suffix = createHash('sha256').update(made).digest('hex').slice(0, 4);
  const named = { 'Fn::Sub': `${(Name as { 'Fn::Sub': string })['Fn::Sub']}-${suffix}` };
  const TargetGroup = { ...group!, Properties: { ...group!.Properties, Name: named } };
  return { ...template, Resources: { ...template.Resources, TargetGroup } };
}
