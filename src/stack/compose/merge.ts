import type { Template } from './cfn-yaml.ts';

/** A part of the template, as one file of templates/app has it. */
export interface Fragment {
  /** Name of the file, for errors. */
  name: string;
  template: Template;
}

const SECTIONS = ['Parameters', 'Rules', 'Conditions', 'Resources', 'Outputs'] as const;

const DESCRIPTION =
  'mcp-s3: an MCP server that gives AI models access to the text files of a bucket, in a private network behind API Gateway.';

/**
 * One flat template of all fragments. A name that two of them use is an error, unless both mean the same parameter or
 * condition.
 */
export function mergeFragments(fragments: Fragment[]): Template {
  const merged: Partial<Template> = { AWSTemplateFormatVersion: '2010-09-09', Description: DESCRIPTION };
  for (const section of SECTIONS) {
    const owners = new Map<string, string>();
    const all: Record<string, unknown> = {};
    for (const { name: file, template } of fragments) {
      for (const [name, value] of Object.entries(template[section] ?? {})) {
        const owner = owners.get(name);
        const shared = section === 'Parameters' || section === 'Conditions';
        if (owner !== undefined && !(shared && JSON.stringify(all[name]) === JSON.stringify(value))) {
          throw new Error(`${section} ${name} is in ${owner} and in ${file}`);
        }
        owners.set(name, owner ?? file);
        all[name] = value;
      }
    }
    if (Object.keys(all).length > 0) Object.assign(merged, { [section]: all });
  }
  return merged as Template;
}
