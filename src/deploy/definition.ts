import { describeService } from '../aws/ecs.ts';
import { runDefinition } from '../aws/ecs-task-definition.ts';
import { CliError, failed, unfinished } from '../errors.ts';
import { sleep } from '../sleep.ts';
import type { DeployAt } from './deploy-context.ts';

/** Outputs of the stage's stack. */
type Outputs = Record<string, string>;

const POLL_MS = 5000;
/** As long as tasks may take to start, to become healthy and to let the old ones finish. */
const PATIENCE_MS = 15 * 60_000;

/**
 * ARN of the task definition that the service runs: after a trial that failed not the one that the stack says.
 * Undefined where there is no service, or where it could not be seen, which is warned of.
 */
export async function runningDefinition(
  { connection, context }: DeployAt,
  outputs: Outputs,
  warn: (text: string) => void,
): Promise<string | undefined> {
  const named = serviceOf(outputs);
  if (named === undefined) return undefined;
  try {
    return (await describeService(connection, named, context.signal))?.taskDefinition || undefined;
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    warn(`could not look at the service: ${error.message}`);
    return undefined;
  }
}

/** Whether what runs is not what the stack says. */
export function isAnother(running: string | undefined, { TaskDefinitionArn: wanted }: Outputs): boolean {
  return running !== undefined && wanted !== undefined && running !== wanted;
}

/** Has the service run what the stack says: a trial that failed put back what ran before. */
export async function setAgain(at: DeployAt, outputs: Outputs): Promise<void> {
  at.view.note('the service runs another task definition than the stack says: setting it again');
  await changeDefinition(at, outputs, outputs.TaskDefinitionArn!);
}

/**
 * Has the service run a task definition, and waits until its tasks run and no others.
 * @throws failed (exit 1) where they do not start, unfinished (exit 5) where that takes too long
 */
export async function changeDefinition(
  { connection, context: { signal } }: DeployAt,
  outputs: Outputs,
  definition: string,
): Promise<void> {
  const named = serviceOf(outputs)!;
  await runDefinition(connection, named, definition, signal);
  const end = Date.now() + PATIENCE_MS;
  for (let seen = false; ; ) {
    const service = await describeService(connection, named, signal);
    const current = service?.taskDefinition === definition;
    if (current && service.rollout === 'COMPLETED') return;
    // ECS goes back by itself where tasks do not start.
    if ((current && service.rollout === 'FAILED') || (seen && !current)) {
      throw failed('tasks_do_not_start', `tasks of ${nameOf(definition)} do not start`);
    }
    if (Date.now() >= end) {
      throw unfinished('still_replacing', `tasks of ${nameOf(definition)} are still being started`);
    }
    seen ||= current;
    await sleep(POLL_MS, signal);
  }
}

function serviceOf({ ClusterName: cluster, ServiceName: service }: Outputs) {
  return cluster && service ? { cluster, service } : undefined;
}

/** `mcp-dev-task:7` of its ARN. */
function nameOf(definition: string): string {
  return definition.slice(definition.lastIndexOf('/') + 1);
}
