import type { Template } from '../../../src/stack/compose/compose.ts';
import { nameDeployment } from '../../../src/stack/compose/deployment-id.ts';
import { mergeSources } from '../../../src/stack/compose/sources.ts';
import { nameTargetGroup } from '../../../src/stack/compose/target-group-name.ts';

/** One thing done wrong in the template of a stage. */
export interface Break {
  /** What was done. */
  name: string;
  /** What is broken; it changes the template that it is given. */
  apply(template: Template): void;
  /** After the deployment of the API got its name. */
  late?: boolean;
}

const ROOT = new URL('../../../', import.meta.url);
let merged: Template | undefined;

/** The template of a stage as the product composes it, with these things done wrong. */
export function brokenTemplate(...breaks: Break[]): Template {
  merged ??= mergeSources(ROOT, new URL('dist/', ROOT)).app;
  const template = structuredClone(merged);
  for (const { apply, late } of breaks) if (!late) apply(template);
  const named = nameDeployment(nameTargetGroup(template), {});
  for (const { apply, late } of breaks) if (late) apply(named);
  return named;
}

type Json = Record<string, unknown>;

/** Properties of a resource, to be changed. */
export function propertiesOf(template: Template, id: string): Json {
  const resource = template.Resources[id];
  if (resource === undefined)
    throw new Error(`the template has no ${id} any more: the broken copy breaks nothing`);
  resource.Properties ??= {};
  return resource.Properties;
}

/** Breaks a property by giving it another value; undefined takes it away. @param path such as `Integration.Uri` */
export function set(id: string, path: string, value: unknown): Break {
  return {
    name: `${id}.${path} is ${value === undefined ? 'left out' : JSON.stringify(value)}`,
    apply: (template) => assign(propertiesOf(template, id), path, value),
  };
}

/** Takes a resource away, and its name out of every `DependsOn` and `Metadata`. */
export function without(id: string): Break {
  return {
    name: `${id} is not there`,
    apply(template) {
      propertiesOf(template, id);
      delete template.Resources[id];
      for (const resource of Object.values(template.Resources)) {
        if (resource.DependsOn !== undefined) {
          resource.DependsOn = [resource.DependsOn].flat().filter((name) => name !== id);
        }
        if (resource.Metadata !== undefined) forget(resource.Metadata, id);
      }
    },
  };
}

function assign(object: Json, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let place = object;
  for (const key of keys) {
    const next = place[key];
    if (typeof next !== 'object' || next === null) throw new Error(`there is no ${path} to break: no ${key}`);
    place = next as Json;
  }
  if (value === undefined && !(last in place)) throw new Error(`there is no ${path} to leave out`);
  if (Array.isArray(place) && value === undefined) place.splice(Number(last), 1);
  else if (value === undefined) delete place[last];
  else place[last] = value;
}

/** Replaces references to `id` by nothing. */
function forget(value: object, id: string): void {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'object' || inner === null) continue;
    if ('Ref' in inner && inner.Ref === id) (value as Json)[key] = { Ref: 'AWS::NoValue' };
    else forget(inner, id);
  }
}
