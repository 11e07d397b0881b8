import { parse } from 'yaml';

/** What the deployment needs to know of a template, besides handing it in. */
export interface TemplateFacts {
  /** Parameters with their defaults, where they have one. */
  parameters: Map<string, string | undefined>;
  /** What each resource is, in the words of its metadata. */
  titles: Map<string, string>;
  /** Type of each resource. */
  types: Map<string, string>;
}

interface Template {
  Parameters?: Record<string, { Default?: unknown }>;
  Resources?: Record<string, { Type?: string; Metadata?: { 'mcp-s3'?: { Description?: string } } }>;
}

/** @param body JSON or YAML; CloudFormation's short tags (`!Ref`) are of no matter here */
export function templateFacts(body: string): TemplateFacts {
  const template = parse(body, { logLevel: 'silent' }) as Template;
  const resources = Object.entries(template.Resources ?? {});
  return {
    parameters: new Map(
      Object.entries(template.Parameters ?? {}).map(([name, { Default }]) => [
        name,
        Default === undefined ? undefined : String(Default),
      ]),
    ),
    titles: new Map(
      resources.flatMap(([id, { Metadata }]) => {
        const title = Metadata?.['mcp-s3']?.Description;
        return title === undefined ? [] : [[id, title] as const];
      }),
    ),
    types: new Map(resources.map(([id, { Type }]) => [id, Type ?? ''])),
  };
}
