import { readFileSync } from 'node:fs';
import { packageRoot } from '../../package-root.ts';
import type { Template } from './cfn-yaml.ts';
import { nameDeployment } from './deployment-id.ts';
import { nameTargetGroup } from './target-group-name.ts';

export type { Template, TemplateParameter, TemplateResource } from './cfn-yaml.ts';

export interface Composed {
  template: Template;
  /** The template as CloudFormation takes it: JSON. */
  body: string;
}

interface Merged {
  app: Template;
  bootstrap: Template;
}

let kept: Merged | undefined;

/**
 * The template of a stage's stack: all fragments in one, the functions' code inlined.
 * @param values of parameters as they will be; they are part of the API deployment's name
 */
export async function composeTemplate(values: Readonly<Record<string, string>> = {}): Promise<Composed> {
  const { app } = await merged();
  return composed(nameDeployment(nameTargetGroup(app), values));
}

/** The template of the stack that exists before a stage's own: registry and artifacts bucket. */
export async function composeBootstrap(): Promise<Composed> {
  return composed((await merged()).bootstrap);
}

const composed = (template: Template): Composed => ({ template, body: JSON.stringify(template) });

/** The build keeps the merged templates beside the bundle; from the source they are merged each time anew. */
async function merged(): Promise<Merged> {
  if (kept !== undefined) return kept;
  const root = packageRoot();
  const dist = new URL('dist/', root);
  if (import.meta.url.startsWith(dist.href)) {
    kept = JSON.parse(readFileSync(new URL('templates.json', dist), 'utf8')) as Merged;
  } else {
    const { mergeSources } = await import('./sources.ts');
    kept = mergeSources(root, dist);
  }
  return kept;
}
