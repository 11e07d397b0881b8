import { CliError, EXIT, usageError } from '../errors.ts';
import { dataRisks } from '../stack/planned-change.ts';
import type { DeployRequest } from './deploy-context.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { DeployView } from './deploy-view.ts';

/**
 * Asks whether to go on. Where nobody can be asked it goes on, unless data would be lost by it.
 * @throws declined (exit 4), or a usage error (exit 2) where data is at stake and nobody can be asked
 */
export async function approve(view: DeployView, plan: DeployPlan, { yes }: DeployRequest): Promise<void> {
  if (yes) return;
  const answer = await view.ask(plan);
  if (answer === 'yes') return;
  if (answer === 'no') {
    throw new CliError(EXIT.declined, 'declined', 'declined: nothing was changed');
  }
  const risks = dataRisks(plan.resources);
  if (risks.length === 0) return;
  const what = risks.map(({ title, logicalId, warning }) => `${title} (${logicalId}): ${warning}`);
  throw usageError(
    `data would be lost, and nobody can be asked here: ${what.join('; ')}`,
    ['to do it nevertheless: --yes', 'to see all that would change: --dry-run'],
    'data_at_risk',
  );
}
