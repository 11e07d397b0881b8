import { createLogger } from './logger.ts';

export interface LastWords {
  /** What happened: "cannot start". */
  what: string;
  /** Why; several lines are several reasons. */
  why: string;
  /** Where the cause is inside the program: with its stack in the log. */
  error?: unknown;
}

/**
 * Says why the process ends: in plain words on standard error, and where nobody watches a terminal as a line of the
 * log too, which is what alarms count.
 */
export function sayLastWords({ what, why, error }: LastWords, product: string): void {
  const reasons = withoutLogins(why);
  process.stderr.write(`${product}: ${what}${reasons.includes('\n') ? '\n' : ': '}${reasons}\n`);
  if (process.stdout.isTTY) return;
  const err = error === undefined ? {} : { err: withoutLoginsIn(error) };
  createLogger({ level: 'error' }).error(err, `${what}: ${reasons.replaceAll('\n', '; ')}`);
}

/** User and password of URLs. */
function withoutLogins(text: string): string {
  return text.replace(/\/\/[^/\s@]*@/g, '//');
}

function withoutLoginsIn(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const told = new Error(withoutLogins(error.message));
  told.name = error.name;
  told.stack = withoutLogins(error.stack ?? '');
  if (error.cause !== undefined && error.cause !== error) told.cause = withoutLoginsIn(error.cause);
  return told;
}
