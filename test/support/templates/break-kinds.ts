import { type Break, propertiesOf } from './broken-templates.ts';

export type Json = Record<string, unknown>;

/** The container of a task. */
export const TASK = 'ContainerDefinitions.0';

/** Anything else. @param late after the deployment of the API got its name */
export const custom = (name: string, apply: Break['apply'], late?: boolean): Break => ({
  name,
  apply,
  ...(late ? { late } : {}),
});

/** Changes the statement of a policy, by its Sid. */
export function statement(id: string, sid: string, change: Json): Break {
  return custom(`${id}: ${sid} has ${JSON.stringify(change)}`, (template) => {
    const text = JSON.stringify(propertiesOf(template, id));
    if (!text.includes(`"Sid":"${sid}"`)) throw new Error(`${id} has no statement ${sid}`);
    template.Resources[id]!.Properties = JSON.parse(text, (_, value) =>
      value?.Sid === sid ? { ...value, ...change } : value,
    );
  });
}

/** Gives a resource an attribute beside its properties, such as `DependsOn`. */
export function attribute(id: string, name: string, value: unknown): Break {
  return custom(`${id} has ${name} ${JSON.stringify(value)}`, (template) => {
    propertiesOf(template, id);
    template.Resources[id]![name] = value;
  });
}

/** Gives the load balancer or the target group another attribute; undefined takes it away. */
export const attributes = (id: string, key: string, value: string | undefined): Break =>
  custom(`${id} has ${key} ${value}`, (template) => {
    const properties = propertiesOf(template, id);
    const name = id === 'TargetGroup' ? 'TargetGroupAttributes' : 'LoadBalancerAttributes';
    const others = (properties[name] as { Key: string }[]).filter((entry) => entry.Key !== key);
    properties[name] = value === undefined ? others : [...others, { Key: key, Value: value }];
  });

/** Gives the server another setting. */
export const environment = (name: string, value: string): Break =>
  custom(`the task has ${name} ${value}`, (template) => {
    const [container] = propertiesOf(template, 'TaskDefinition').ContainerDefinitions as Json[];
    const others = (container!.Environment as { Name: string }[]).filter((entry) => entry.Name !== name);
    container!.Environment = [...others, { Name: name, Value: value }];
  });
