import type { Template } from '../../compose/compose.ts';
import type { Rule } from '../rule.ts';

/** Every name that is referred to exists, and exists whenever what refers to it does. */
export const undefinedName: Rule = {
  id: 'undefined-name',
  *whole({ template }) {
    const known = new Set(Object.keys(template.Conditions ?? {}));
    for (const name of conditionsIn(template)) {
      if (!known.has(name)) yield { message: `there is no condition ${name}` };
    }
  },
  *settled({ resources, outputs }) {
    const missing = (needs: Set<string>) =>
      [...needs].filter((name) => !name.startsWith('AWS::') && !resources.has(name));
    for (const { id, needs } of resources.values()) {
      for (const name of missing(needs)) yield { resource: id, message: absent(name) };
    }
    for (const { name: output, needs } of outputs) {
      for (const name of missing(needs)) yield { path: `Outputs.${output}`, message: absent(name) };
    }
  },
};

function absent(name: string): string {
  return `refers to ${name}, which is not there, or is left out by a condition where this is made`;
}

/** Conditions that resources, outputs, `Fn::If` and other conditions name. */
function conditionsIn(template: Template): Set<string> {
  const found = new Set<string>();
  const collect = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'Condition' && typeof inner === 'string') found.add(inner);
      else if (key === 'Fn::If' && Array.isArray(inner)) found.add(String(inner[0]));
      collect(inner);
    }
  };
  collect([template.Conditions, template.Resources, template.Outputs]);
  return found;
}
