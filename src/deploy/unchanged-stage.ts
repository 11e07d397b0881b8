import { describeService } from '../aws/ecs.ts';
import { runDefinition } from '../aws/ecs-task-definition.ts';
import { CliError } from '../errors.ts';
import { tryOut } from './after-deploy.ts';
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
  { dryRun }: DeployRequest,
  parts: DeployParts,
  { stack, resumed }: Standing,
  result: DeployResult,
  warn: (text: string) => void,
): Promise<DeployOutcome> {
  const { connection, view, context } = at;
  const { outputs } = stack;
  const unchanged = { result: { ...result, outputs }, stack };
  const strayed = await runsAnother(at, outputs).catch((error: unknown) => {
    context.signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    warn(`could not look at the service: ${error.message}`);
    return undefined;
  });
  if (dryRun) {
    if (strayed !== undefined) warn('the service runs another task definition than the stack says');
    return unchanged;
  }
  if (strayed !== undefined) {
    view.note('the service runs another task definition than the stack says: setting it again');
    await runDefinition(connection, strayed, outputs.TaskDefinitionArn!, context.signal);
  } else if (resumed === undefined) {
    // Nothing was touched that would need time. One that may sleep is not woken for it.
    if (maySleep(stack.parameters)) return unchanged;
    const checks = await tryOut(at, parts, stack, { patienceMs: parts.patienceMs ?? 10_000 });
    return { ...unchanged, result: { ...unchanged.result, checks } };
  }
  const checks = await heldAwake(at, parts, stack, warn, () => tryOut(at, parts, stack));
  return { ...unchanged, result: { ...unchanged.result, result: resumed ?? 'unchanged', checks } };
}

/** Names of the service, where it does not run what the stack says. */
async function runsAnother({ connection, context }: DeployAt, outputs: Record<string, string>) {
  const { ClusterName: cluster, ServiceName: service, TaskDefinitionArn: wanted } = outputs;
  if (!cluster || !service || !wanted) return undefined;
  const running = (await describeService(connection, { cluster, service }, context.signal))?.taskDefinition;
  return running === undefined || running === wanted ? undefined : { cluster, service };
}
