import type { Template, TemplateResource } from '../../../src/stack/compose/cfn-yaml.ts';
import { MISSING_TYPES, NUMBERS, standIn } from './missing-types.ts';

export interface Reduced {
  template: Template;
  /** Types of which something was taken out. */
  types: Set<string>;
  /** Logical ids that something else names. */
  named: Set<string>;
}

/** The template without the resources of {@link MISSING_TYPES}. */
export function reduceTemplate({ Resources, ...sections }: Template): Reduced {
  const gone = new Set<string>();
  const types = new Set<string>();
  for (const [id, { Type }] of Object.entries(Resources)) {
    if (!MISSING_TYPES.includes(Type)) continue;
    gone.add(id);
    types.add(Type);
  }
  const named = new Set<string>();
  const kept = Object.entries(Resources).filter(([id]) => !gone.has(id));
  const resources = kept.map(([id, resource]) => [
    id,
    withNumbers(withoutDependencies(resource, gone), sections.Parameters),
  ]);
  const template = withoutReferences({ ...sections, Resources: Object.fromEntries(resources) }, gone, named);
  return { template: template as Template, types, named };
}

function withNumbers(resource: TemplateResource, parameters: Template['Parameters'] = {}): TemplateResource {
  const property = NUMBERS[resource.Type];
  const value = property === undefined ? undefined : resource.Properties?.[property];
  if (value === undefined) return resource;
  const text = JSON.stringify(value).replace(/\{"Ref":"(\w+)"\}/g, (whole, name: string) => {
    const { Default } = parameters[name] ?? {};
    return Default === undefined ? whole : String(Number(Default));
  });
  return { ...resource, Properties: { ...resource.Properties, [property!]: JSON.parse(text) } };
}

function withoutDependencies({ DependsOn, ...rest }: TemplateResource, gone: Set<string>): TemplateResource {
  const left = [DependsOn ?? []].flat().filter((id) => !gone.has(id));
  return left.length === 0 ? rest : { ...rest, DependsOn: left };
}

function withoutReferences(value: unknown, gone: Set<string>, named: Set<string>): unknown {
  const instead = (id: string): string => {
    named.add(id);
    return standIn(id);
  };
  if (Array.isArray(value)) return value.map((item) => withoutReferences(item, gone, named));
  if (value === null || typeof value !== 'object') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value as Record<string, unknown>;
  if (typeof Ref === 'string' && gone.has(Ref)) return instead(Ref);
  const [id] = [attribute ?? []].flat();
  if (typeof id === 'string' && gone.has(id.split('.')[0]!)) return instead(id.split('.')[0]!);
  const fill = (text: string) =>
    text.replace(/\$\{(\w+)(\.[\w.]+)?\}/g, (whole, name) => (gone.has(name) ? instead(name) : whole));
  if (typeof sub === 'string') return { 'Fn::Sub': fill(sub) };
  if (Array.isArray(sub)) {
    const [text, values] = sub;
    return { 'Fn::Sub': [fill(String(text)), withoutReferences(values ?? {}, gone, named)] };
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutReferences(item, gone, named)]),
  );
}
