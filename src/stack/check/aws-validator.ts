import type { StandardDiagnostic } from '@aws/cloudformation-validate';
import type { Template } from '../compose/compose.ts';
import type { Parameters } from '../deploy-settings.ts';
import type { Finding } from './finding.ts';
import { SAMPLE_VALUES } from './sample-values.ts';

/**
 * Not installed with the product: a beta of 10 MB, which takes seconds and half a gigabyte of memory. Who installs it
 * beside the product has it asked, too. What we publish was judged by it before.
 */
export const VALIDATOR = '@aws/cloudformation-validate';

/** What the validator said, or why it was not asked. */
export type Verdict = { looked: true; findings: Finding[] } | { looked: false; why: string };

/**
 * Asks AWS's own validator about a template. Offline.
 * @param values of parameters; those without value and default get one such as `deploy` looks up
 */
export async function askAwsValidator(
  template: Template,
  body: string,
  values: Parameters = {},
): Promise<Verdict> {
  let validator: typeof import('@aws/cloudformation-validate');
  try {
    validator = await import('@aws/cloudformation-validate');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    return { looked: false, why: missing ? 'it is not installed' : (error as Error).message };
  }
  const given = Object.entries({ ...SAMPLE_VALUES, ...values });
  const parameterOverrides = Object.fromEntries(
    given.filter(([name]) => template.Parameters?.[name] !== undefined),
  );
  try {
    const engine = new validator.CelEngine();
    try {
      const file = { path: 'template', readBytes: () => Buffer.from(body) };
      const report = engine.validateStandard(file, { severityLevel: 'WARN', parameterOverrides });
      if (report.status !== 'OK') return { looked: false, why: `it ended with ${report.status}` };
      return { looked: true, findings: report.diagnostics.map(findingOf) };
    } finally {
      engine.free();
    }
  } catch (error) {
    return { looked: false, why: (error as Error).message };
  }
}

function findingOf({
  ruleId,
  severity,
  message,
  suggestedFix,
  entity,
  propertyPath,
}: StandardDiagnostic): Finding {
  return {
    rule: ruleId,
    severity: severity === 'WARN' ? 'warning' : 'error',
    ...(entity?.entityType === 'Resource' ? { resource: entity.logicalId } : {}),
    ...(propertyPath === undefined ? {} : { path: propertyPath }),
    message: suggestedFix === undefined ? message : `${message} (${suggestedFix})`,
  };
}
