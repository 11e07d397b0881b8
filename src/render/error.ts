import type { Failure } from '../failure.ts';
import { printableLines } from './printable.ts';
import type { Style } from './style.ts';

/** A failure for a person: what happened, then what to do. */
export function renderError(failure: Failure, style: Style): string {
  const lines = [`${style.red('Error:')} ${printableLines(failure.message)}`];
  for (const suggestion of failure.suggestions)
    lines.push(`  ${style.cyan('→')} ${printableLines(suggestion)}`);
  if (failure.stack !== undefined && process.env.DEBUG) lines.push(failure.stack);
  return `${lines.join('\n')}\n`;
}
