import type { Template } from './compose/compose.ts';

/** Parameters of a template with their defaults, where they have one. */
export function parametersOf({ Parameters = {} }: Template): Map<string, string | undefined> {
  return new Map(
    Object.entries(Parameters).map(([name, { Default }]) => [
      name,
      Default === undefined ? undefined : String(Default),
    ]),
  );
}

/** What each resource is, in the words of its metadata. */
export function titlesOf({ Resources }: Template): Map<string, string> {
  return new Map(
    Object.entries(Resources).flatMap(([id, { Metadata }]) => {
      const { Description } = (Metadata?.['mcp-s3'] ?? {}) as { Description?: string };
      return Description === undefined ? [] : [[id, Description] as const];
    }),
  );
}
