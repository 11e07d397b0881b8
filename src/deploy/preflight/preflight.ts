import { CliError } from '../../errors.ts';
import type { Parameters } from '../../stack/deploy-settings.ts';
import { checkAccountRole } from './account-role.ts';
import { checkKeySlots } from './key-slots.ts';
import type { Check, Look, Preparation, Work } from './look.ts';
import { checkModels } from './models.ts';
import { checkNetwork } from './network.ts';
import { checkQuotas } from './quotas.ts';
import { checkServiceRoles } from './service-roles.ts';
import { checkUnfinishedDestroy } from './unfinished-destroy.ts';

export interface Preflight {
  facts: Parameters;
  warnings: string[];
  preparations: Preparation[];
  repairs: Work[];
}

/** Looks that every deployment makes, and those that matter for the first one only. */
const ALWAYS: Check[] = [checkNetwork, checkModels, checkKeySlots, checkUnfinishedDestroy];
const FIRST: Check[] = [checkQuotas, checkServiceRoles, checkAccountRole];

/**
 * Looks at everything in the account that a deployment needs, at once, before anything is created.
 * @throws CliError with all that stands in the way, each with its remedy
 */
export async function preflight(look: Look): Promise<Preflight> {
  const checks = look.stack === undefined ? [...ALWAYS, ...FIRST] : ALWAYS;
  const looks = await Promise.allSettled(checks.map((check) => check(look)));
  look.signal.throwIfAborted();
  const problems = looks.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (problems.length > 0) throw together(problems);
  const found = looks.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return {
    facts: Object.assign({}, ...found.map(({ facts }) => facts)),
    warnings: found.flatMap(({ warnings = [] }) => warnings),
    preparations: found.flatMap(({ preparations = [] }) => preparations),
    repairs: found.flatMap(({ repairs = [] }) => repairs),
  };
}

/** Whoever has to ask for one thing may ask for all at once. A bug of ours is no finding. */
export function together(problems: unknown[]): unknown {
  const bug = problems.find((problem) => !(problem instanceof CliError));
  if (bug !== undefined || problems.length === 1) return bug ?? problems[0];
  const known = problems as CliError[];
  // Several looks fail alike where the credentials or the network do.
  const messages = [...new Set(known.map(({ message }) => message))];
  const suggestions = [...new Set(known.flatMap((problem) => problem.suggestions))];
  const [first] = known;
  if (messages.length === 1) return first;
  const list = messages.map((message) => `\n- ${message}`).join('');
  return new CliError(first!.exitCode, first!.code, `${messages.length} things stand in the way:${list}`, {
    suggestions,
  });
}
