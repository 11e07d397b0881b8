import { tryOut } from './after-deploy.ts';
import { isAnother, runningDefinition, setAgain } from './definition.ts';
import type { DeployAt, DeployParts, DeployRequest } from './deploy-context.ts';
import type { DeployOutcome, DeployResult } from './deploy-result.ts';
import { heldAwake, maySleep } from './held-awake.ts';
import type { Standing } from './update-stage.ts';

/**
 * There is nothing to change. The service is tried all the same: where the trial of an earlier run failed, this one must
 * not say that all is well. A task definition that was put back then is set again first.
 */
export async function unchangedStage(
  at: DeployAt,
  { dryRun, verify }: DeployRequest,
  parts: DeployParts,
  { stack, resumed }: Standing,
  result: DeployResult,
  warn: (text: string) => void,
): Promise<DeployOutcome> {
  const { outputs } = stack;
  const unchanged = { result: { ...result, outputs }, stack };
  const running = await runningDefinition(at, outputs, warn);
  const strayed = isAnother(running, outputs);
  if (dryRun) {
    if (strayed) warn('the service runs another task definition than the stack says');
    return unchanged;
  }
  if (!strayed && resumed === undefined) {
    // Nothing was touched that would need time. One that may sleep is not woken for it.
    if (maySleep(stack.parameters) && !verify) return unchanged;
    const checks = await tryOut(at, parts, stack, { verify, patienceMs: parts.patienceMs ?? 10_000 });
    return { ...unchanged, result: { ...unchanged.result, checks } };
  }
  const checks = await heldAwake(at, parts, stack, warn, async () => {
    if (strayed) await setAgain(at, outputs);
    return await tryOut(at, parts, stack, { before: strayed ? running : undefined, verify });
  });
  return { ...unchanged, result: { ...unchanged.result, result: resumed ?? 'unchanged', checks } };
}
