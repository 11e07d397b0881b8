import type { Judge, TemplateReport } from '../stack/check/check-template.ts';
import type { Finding } from '../stack/check/finding.ts';
import type { Style } from './style.ts';
import { wrapHanging } from './wrap.ts';

interface View {
  style: Style;
  /** Columns; Infinity where nothing must be cut. */
  width: number;
}

/** What was found about a template, errors first: where it is, the rule, and what is wrong. Then the sum, and who looked. */
export function renderTemplateCheck({ findings, judges }: TemplateReport, { style, width }: View): string[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return [
    ...[...errors, ...warnings].flatMap((finding) => renderFinding(finding, style, width)),
    sum(errors.length, warnings.length, style),
    ...judges.flatMap((judge) => wrapHanging(told(judge), width, '').map(style.dim)),
  ];
}

function renderFinding({ rule, severity, resource, path, message }: Finding, style: Style, width: number) {
  const word = severity === 'error' ? style.red('error') : style.yellow('warning');
  const place = [resource, path].filter(Boolean).join(' ') || 'the template';
  return [
    `${word} ${style.bold(place)} ${style.dim(rule)}`,
    ...wrapHanging(message, width - 2, '').map((line) => `  ${line}`),
    '',
  ];
}

function sum(errors: number, warnings: number, style: Style): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  if (errors > 0) return style.red(`${count(errors, 'error')}, ${count(warnings, 'warning')}`);
  if (warnings > 0) return `No error, ${style.yellow(count(warnings, 'warning'))}`;
  return style.green('No problem found');
}

function told({ name, looked, why }: Judge): string {
  const who = name === 'mcp-s3' ? 'the rules of mcp-s3' : `AWS's validator (${name})`;
  return looked ? `Checked by ${who}.` : `Not checked by ${who}: ${why}.`;
}
