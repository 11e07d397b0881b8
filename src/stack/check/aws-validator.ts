import type { StandardDiagnostic } from '@aws/cloudformation-validate';
import type { Template } from '../compose/compose.ts';
import type { Parameters } from '../deploy-settings.ts';
import type { Finding } from './finding.ts';
import { SAMPLE_VALUES } from './sample-values.ts';

/**
 * Optional: a beta of 10 MB, which takes seconds and half a gigabyte of memory. It knows the schema of every resource
 * type, and the packages that we publish were judged by it before.
 */
export const VALIDATOR = '@aws/cloudformation-validate@1.9.0-beta';

/**
 * Asks AWS's own validator about a template. Offline.
 * @param values of parameters; those without value and default get one such as `deploy` looks up
 * @returns what it found, remarks left out; one warning where it is not installed or fails
 */
export async function askAwsValidator(
  template: Template,
  body: string,
  values: Parameters = {},
): Promise<Finding[]> {
  let validator: typeof import('@aws/cloudformation-validate');
  try {
    validator = await import('@aws/cloudformation-validate');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    return [notAsked(missing ? 'it is not installed' : (error as Error).message)];
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
      const findings = report.diagnostics.map(findingOf);
      return report.status === 'OK' ? findings : [...findings, notAsked(`it ended with ${report.status}`)];
    } finally {
      engine.free();
    }
  } catch (error) {
    return [notAsked((error as Error).message)];
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

function notAsked(why: string): Finding {
  return {
    rule: 'aws-validator',
    severity: 'warning',
    message: `AWS's own validator did not look: ${why}. To have it look too: npm install --global ${VALIDATOR}`,
  };
}
