import { deployedTemplate } from '../../aws/cloudformation-repair.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { parseTemplate, type Template } from '../compose/cfn-yaml.ts';

/** The template that a stack was made from. `deploy` hands in JSON; a team's own pipeline may hand in YAML. */
export async function readTemplate(
  connection: RegionalConnection,
  stack: string,
  signal: AbortSignal,
): Promise<Template> {
  const body = await deployedTemplate(connection, stack, signal);
  return body.trimStart().startsWith('{') ? (JSON.parse(body) as Template) : parseTemplate(body);
}
