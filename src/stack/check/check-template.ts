import { parseTemplate, type Template } from '../compose/cfn-yaml.ts';
import type { Parameters } from '../deploy-settings.ts';
import { askAwsValidator } from './aws-validator.ts';
import { checkRules } from './check-rules.ts';
import type { Finding } from './finding.ts';

/**
 * Judges a template by our own rules and by AWS's validator: offline, without credentials. Nothing found means that
 * neither knows a mistake, not that AWS will take it.
 * @param body the template as CloudFormation gets it, JSON or YAML
 * @param values of parameters that it was composed with
 */
export async function checkTemplate(body: string, values: Parameters = {}): Promise<Finding[]> {
  let template: Template;
  try {
    template = body.trimStart().startsWith('{') ? (JSON.parse(body) as Template) : parseTemplate(body);
  } catch (error) {
    return [{ rule: 'syntax', severity: 'error', message: `cannot be read: ${(error as Error).message}` }];
  }
  if (typeof template?.Resources !== 'object') {
    return [{ rule: 'syntax', severity: 'error', message: 'has no Resources: it is no template' }];
  }
  return [...checkRules(template, body, values), ...(await askAwsValidator(template, body, values))];
}
