import { failed } from '../errors.ts';
import type { Finding } from '../stack/check/finding.ts';

/** More of them say little to somebody who first has to mend these. */
const MOST = 3;

/**
 * A template that would not come up, or not do what it should, is not handed in. What is only a warning is told.
 * @param name "template" or "bootstrap template"
 * @param flag of `template --check`, with a blank before
 * @throws failed (exit 1) with rule, resource and remedy
 */
export function refuseBroken(
  findings: readonly Finding[],
  { name, flag, warn }: { name: string; flag: string; warn: (text: string) => void },
): void {
  const [first, ...others] = findings.filter(({ severity }) => severity === 'error');
  if (first !== undefined) {
    const more = others.length > MOST - 1 ? [`and ${others.length - (MOST - 1)} more`] : [];
    throw failed('template_broken', `the ${name} breaks a rule: ${told(first)}`, [
      ...others.slice(0, MOST - 1).map((finding) => `also: ${told(finding)}`),
      ...more,
      'nothing was changed. Correct templates/ and build again, or install mcp-s3 again: it does not come like this',
      `check every state of it: mcp-s3 template${flag} --check`,
    ]);
  }
  for (const finding of findings) warn(`the ${name}: ${told(finding)}`);
}

/** `Service Properties.StopTimeout: 130 seconds is too long [stop-timeout]`. */
function told({ rule, resource, path, message }: Finding): string {
  const place = [resource, path].filter(Boolean).join(' ');
  return `${place === '' ? '' : `${place}: `}${message} [${rule}]`;
}
