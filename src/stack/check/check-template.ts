import type { Template } from '../compose/compose.ts';
import type { Parameters } from '../deploy-settings.ts';
import { askAwsValidator, VALIDATOR } from './aws-validator.ts';
import { checkRules } from './check-rules.ts';
import type { Finding } from './finding.ts';

export interface TemplateReport {
  findings: Finding[];
  judges: Judge[];
}

/** Who judged a template: our own rules, and AWS's validator where it is installed. */
export interface Judge {
  name: string;
  looked: boolean;
  /** Why it did not look. */
  why?: string;
}

/**
 * Judges a template: offline, without credentials. Nothing found means that no judge knows a mistake, not that AWS will
 * take it.
 * @param body the template as CloudFormation gets it, JSON or YAML
 * @param values of parameters that it was composed with
 */
export async function checkTemplate(body: string, values: Parameters = {}): Promise<TemplateReport> {
  const rules: Judge = { name: 'mcp-s3', looked: true };
  const unreadable = (message: string): TemplateReport => ({
    findings: [{ rule: 'syntax', severity: 'error', message }],
    judges: [rules],
  });
  let template: Template;
  try {
    template = await parsed(body);
  } catch (error) {
    return unreadable(`cannot be read: ${(error as Error).message.trim()}`);
  }
  if (typeof template?.Resources !== 'object') return unreadable('has no Resources: it is no template');
  const findings = checkRules(template, body, values);
  const verdict = await askAwsValidator(template, body, values);
  return verdict.looked
    ? { findings: [...findings, ...verdict.findings], judges: [rules, { name: VALIDATOR, looked: true }] }
    : { findings, judges: [rules, { name: VALIDATOR, looked: false, why: verdict.why }] };
}

/** The parser of YAML takes longer to load than our templates, which are JSON, take to be judged. */
async function parsed(body: string): Promise<Template> {
  if (body.trimStart().startsWith('{')) return JSON.parse(body) as Template;
  const { parseTemplate } = await import('../compose/cfn-yaml.ts');
  return parseTemplate(body);
}
