import type { Rule } from '../rule.ts';

/** "AWS CloudFormation quotas", user guide. Bytes of a template from S3, and entries of its sections. */
const MOST_BYTES = 1024 * 1024;
const MOST: Record<string, number> = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 };
const LONGEST_DESCRIPTION = 1024;

export const templateLimits: Rule = {
  id: 'template-limits',
  *whole({ template, body }) {
    const bytes = Buffer.byteLength(body);
    if (bytes > MOST_BYTES) {
      yield { message: `the template has ${bytes} bytes, and CloudFormation takes ${MOST_BYTES} at most` };
    }
    for (const [section, most] of Object.entries(MOST)) {
      const count = Object.keys(template[section as 'Resources'] ?? {}).length;
      if (count > most) yield { message: `${section} has ${count} entries, and ${most} are allowed` };
    }
    const description = Buffer.byteLength(template.Description ?? '');
    if (description > LONGEST_DESCRIPTION) {
      yield {
        path: 'Description',
        message: `has ${description} bytes, and ${LONGEST_DESCRIPTION} are allowed`,
      };
    }
  },
};
