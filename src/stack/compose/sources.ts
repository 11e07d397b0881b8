import { readFileSync } from 'node:fs';
import { parseTemplate, type Template } from './cfn-yaml.ts';
import { inlineCode } from './inline-code.ts';
import { type Fragment, mergeFragments } from './merge.ts';

/** Files of templates/app, in the order in which people read them. */
export const FRAGMENTS = [
  'parameters',
  'network',
  'data',
  'service',
  'api',
  'scaling',
  'events',
  'observability',
] as const;

const FUNCTIONS = ['upload', 'keeper'] as const;

/** The fragments as they stand in `root`/templates/app. */
export function readFragments(root: URL): Fragment[] {
  return FRAGMENTS.map((name) => ({
    name: `${name}.yaml`,
    template: parseTemplate(readFileSync(new URL(`templates/app/${name}.yaml`, root), 'utf8')),
  }));
}

/** Code of the functions, as the build bundled it to `dist`. */
function readFunctions(dist: URL): Map<string, string> {
  return new Map(
    FUNCTIONS.map((name) => [name, readFileSync(new URL(`functions/${name}.js`, dist), 'utf8').trim()]),
  );
}

/** Both templates as far as they can be made ahead of a deployment. The build keeps the result. */
export function mergeSources(root: URL, dist: URL): { app: Template; bootstrap: Template } {
  return {
    app: inlineCode(mergeFragments(readFragments(root)), readFunctions(dist)),
    bootstrap: parseTemplate(readFileSync(new URL('templates/bootstrap.yaml', root), 'utf8')),
  };
}
