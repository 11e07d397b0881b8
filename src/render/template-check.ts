import type { Finding } from '../stack/check/finding.ts';
import type { Style } from './style.ts';
import { wrapHanging } from './wrap.ts';

/** What was found about a template: errors first, each with where it is, what is wrong, and the rule's id; then the sum. */
export function renderTemplateCheck(findings: Finding[], { style, width }: { style: Style; width: number }) {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return [
    ...[...errors, ...warnings].flatMap((finding) => renderFinding(finding, style, width)),
    sum(errors.length, warnings.length, style),
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
  if (warnings > 0) return `${style.green('No error')}, ${style.yellow(count(warnings, 'warning'))}.`;
  return `${style.green('Nothing found.')} AWS may still refuse what depends on the account.`;
}
