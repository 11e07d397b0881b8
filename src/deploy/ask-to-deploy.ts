import type { Io } from '../io.ts';
import { askLine, canAsk } from '../prompt.ts';
import { dataRisks } from '../stack/planned-change.ts';
import type { DeployPlan } from './deploy-plan.ts';

/** Asks the person. Where data would be lost, a word typed from habit is not enough: it takes the stage's name. */
export async function askToDeploy(
  io: Io,
  plan: DeployPlan,
  stage: string,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'unasked'> {
  if (!canAsk(io)) return 'unasked';
  const risky = dataRisks(plan.resources).length > 0;
  const verb = plan.action === 'create' ? 'Create' : 'Update';
  const question = risky
    ? `Data would be lost (in red above). Type the stage's name (${stage}) to do it: `
    : `${verb} ${plan.stack}? [y/N] `;
  const answer = (await askLine(io, question, signal))?.trim();
  const yes = risky ? answer === stage : /^y(es)?$/i.test(answer ?? '');
  return yes ? 'yes' : 'no';
}
