import { stageNames } from '../../server/names.ts';
import type { Stack } from '../aws/cloudformation.ts';
import { type CliError, failed } from '../errors.ts';
import type { PreparedChange } from '../stack/change-set.ts';
import { executeChange } from '../stack/execute-change.ts';
import { findCause } from '../stack/find-cause.ts';
import { succeeded } from '../stack/standing.ts';
import type { Watched } from '../stack/watch-stack.ts';
import type { DeployAt } from './deploy-context.ts';
import { goingOn } from './going-on.ts';
import { showStack } from './show-stack.ts';
import { type TaskEvidence, TaskWatch } from './task-evidence.ts';

export interface ApplyOptions {
  titles: ReadonlyMap<string, string>;
  /** Of the stack before the change, where it runs tasks. */
  cluster?: string | undefined;
}

/**
 * Makes a change and shows it while it goes on.
 * @throws failed (exit 1) with the failure that began all others; what tasks said is shown before
 */
export async function applyChange(
  at: DeployAt,
  change: PreparedChange,
  { titles, cluster }: ApplyOptions,
): Promise<Stack> {
  const { connection, stage, view, context } = at;
  const shown = showStack(view, {
    title: `${change.creates ? 'Creating' : 'Updating'} ${change.stackName}`,
    total: change.changes.length,
    titles,
  });
  const tasks = new TaskWatch(connection, {
    cluster,
    logGroup: stageNames(stage).logGroup,
    onTask: (evidence) => shown.task(evidence),
    signal: context.signal,
  });
  const work = { begun: false };
  const execute = () =>
    executeChange(connection, change, {
      signal: context.signal,
      onBegin: () => {
        work.begun = true;
        if (change.stackName === stageNames(stage).stack) at.begun = true;
      },
      onEvent: (event) => {
        shown.event(event);
        tasks.take(event);
      },
      onLost: (error) => shown.lost(error),
    });
  try {
    const { stack, events } = await goingOn(at, work, execute);
    if (succeeded(stack)) return stack;
    const evidence = await tasks.evidence();
    await shown.end();
    await view.evidence(evidence);
    throw await failure(at, { stack, events }, titles, evidence);
  } finally {
    tasks.end();
    await shown.end();
  }
}

/** How a change failed, with the oldest failure as its reason. */
export async function failure(
  { connection, context }: DeployAt,
  { stack, events }: Watched,
  titles: ReadonlyMap<string, string>,
  evidence: TaskEvidence[] = [],
): Promise<CliError> {
  const cause = await findCause(connection, stack.id, events, context.signal);
  const after = AFTERWARDS[stack.status] ?? `the stack ${stack.name} is now ${stack.status}`;
  if (cause === undefined) {
    const why = stack.statusReason ?? 'CloudFormation names no resource';
    return failed('deployment_failed', `the deployment failed (${after}): ${why}`, [
      'run the deployment again',
    ]);
  }
  const { logicalId, type, reason, remedies } = cause;
  const what = `${titles.get(logicalId) ?? type} (${logicalId})`;
  const task = type === 'AWS::ECS::Service' ? evidence[0]?.reason : undefined;
  return failed(
    'deployment_failed',
    `the deployment failed (${after}). The cause: ${what}: ${reason}${task === undefined ? '' : `; its task: ${task}`}`,
    remedies,
  );
}

const AFTERWARDS: Record<string, string> = {
  ROLLBACK_COMPLETE: 'everything was taken back; the next deployment starts over',
  ROLLBACK_FAILED: 'taking it back failed too; the next deployment clears it away',
  CREATE_FAILED: 'the next deployment clears it away',
  UPDATE_ROLLBACK_COMPLETE: 'the stack is as it was before',
  UPDATE_ROLLBACK_FAILED: 'taking it back failed too; the next deployment takes that up again',
  UPDATE_FAILED: 'the stack stands halfway; the next deployment takes it back first',
};
