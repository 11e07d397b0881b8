import { textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

/** What `deploy` shows while a resource is made, and what a console shows beside a parameter. */
export const missingDescription: Rule = {
  id: 'missing-description',
  *whole({ template }) {
    for (const [resource, definition] of Object.entries(template.Resources)) {
      if (textAt(definition, 'Metadata.mcp-s3.Description') !== '') continue;
      yield {
        resource,
        path: 'Metadata.mcp-s3.Description',
        severity: 'warning',
        message: 'there are no words for it while it is deployed',
      };
    }
    for (const section of ['Parameters', 'Outputs'] as const) {
      for (const [name, definition] of Object.entries(template[section] ?? {})) {
        if (textAt(definition, 'Description') !== '') continue;
        yield { path: `${section}.${name}`, severity: 'warning', message: 'has no description' };
      }
    }
  },
};
