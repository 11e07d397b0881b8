import type { Engine, StandardDiagnostic } from '@aws/cloudformation-validate';
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
  try {
    const engine = new validator.CelEngine();
    try {
      return judgeWith(engine, template, body, values);
    } finally {
      engine.free();
    }
  } catch (error) {
    return { looked: false, why: (error as Error).message };
  }
}

/** Asks an engine that is there, which takes most of a second less than a new one. */
export function judgeWith(
  engine: Engine,
  template: Template,
  body: string,
  values: Parameters = {},
): Verdict {
  const given = Object.entries({ ...SAMPLE_VALUES, ...values });
  const parameterOverrides = Object.fromEntries(
    given.filter(([name]) => template.Parameters?.[name] !== undefined),
  );
  const file = { path: 'template', readBytes: () => Buffer.from(body) };
  const report = engine.validateStandard(file, { severityLevel: 'WARN', parameterOverrides });
  if (report.status !== 'OK') return { looked: false, why: `it ended with ${report.status}` };
  return { looked: true, findings: report.diagnostics.map(findingOf) };
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
    ...(entity?.logicalId !== undefined ? { resource: entity.logicalId } : {}),
    ...(propertyPath === undefined ? {} : { path: propertyPath }),
    message: shortened(suggestedFix === undefined ? message : `${message} (${suggestedFix})`),
  };
}

/** It lists every name of the template where one is wrong. */
function shortened(message: string): string {
  return message.replace(/\[('[^']*'(?:, '[^']*'){20,})\]/, (_, names: string) => {
    return `the ${names.split(', ').length} names that there are`;
  });
}
