import { describeStack, type Stack } from '../aws/cloudformation.ts';
import { listChangeSets } from '../aws/cloudformation-changes.ts';
import { eventsSince, newestEvent, type StackEvent } from '../aws/cloudformation-events.ts';
import { continueRollback, deleteStack, rollBack } from '../aws/cloudformation-repair.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { whoAmI } from '../aws/identity.ts';
import { type CliError, failed, unfinished } from '../errors.ts';
import { notOurs, placeFlags, STAGE_TAG } from '../targets/aws/deployed-stack.ts';
import { CHANGE_SET_PREFIX, changeToken } from './deployer.ts';
import { findCause } from './find-cause.ts';
import type { RootCause } from './root-cause.ts';
import { standingOf, succeeded } from './standing.ts';
import { type Watched, watchStack } from './watch-stack.ts';

export interface SettleOptions {
  stage: string;
  /** Only look: what would have to be repaired is said, not done. */
  lookOnly: boolean;
  signal: AbortSignal;
  onEvent?: (event: StackEvent) => void;
  onLost?: (error: CliError) => void;
  /** What is being done about the stack's state. */
  onRepair?: (repair: Repair) => void;
}

export type Repair =
  /** Something is going on: it is watched first. */
  | { kind: 'watching'; stack: Stack }
  /** The remains of a first deployment that failed are deleted. */
  | { kind: 'clearing'; stack: Stack; cause: RootCause | undefined }
  /** A rollback that got stuck is taken up again. */
  | { kind: 'rolling_back'; stack: Stack; cause: RootCause | undefined };

export interface Settled {
  /** Undefined: there is none, a change creates it. */
  stack: Stack | undefined;
  /** The remains of a failed creation, where they were only looked at: they would be deleted first. */
  wreck?: Stack;
  /** What was going on when the command came, and how it ended. Where it failed, nothing was repaired after it. */
  watched?: Watched;
}

/**
 * Brings a stage's stack into a state from which a change can begin: waits for what is going on, deletes the remains of
 * a failed creation, takes up a rollback that got stuck. Never touches a stack of somebody else.
 * @throws failed (exit 1) where it is not ours or cannot be repaired; unfinished (exit 5) where it is being deleted,
 * or something goes on and it is only to be looked at
 */
export async function settleStack(
  connection: RegionalConnection,
  name: string,
  options: SettleOptions,
): Promise<Settled> {
  const { stage, signal } = options;
  let stack = await describeStack(connection, name, signal);
  let watched: Watched | undefined;
  for (let repairs = 0; ; repairs++) {
    const standing = standingOf(stack);
    if (stack !== undefined && stack.status !== 'DELETE_COMPLETE')
      await refuseForeign(connection, stack, options);
    if (standing === 'absent') return { stack: undefined, ...(watched && { watched }) };
    if (standing === 'ready') return { stack: stack!, ...(watched && { watched }) };
    if (standing === 'wreck' && options.lookOnly) return { stack: undefined, wreck: stack! };
    const problem = unrepairable(stack!, stage, connection, options.lookOnly);
    if (problem !== undefined) throw problem;
    if (standing === 'busy') {
      options.onRepair?.({ kind: 'watching', stack: stack! });
      watched = await watchStack(connection, stack!.id, options);
      if (!succeeded(watched.stack)) return { stack: watched.stack, watched };
      stack = watched.stack;
      continue;
    }
    // Repaired once and as bad as before: another time would not help.
    if (repairs > 1) throw await beyondRepair(connection, stack!, stage, signal);
    stack = await repair(connection, stack!, options);
  }
}

/** A stack that is only reviewed has no tags yet; the names of its change sets say whose it is. */
export async function refuseForeign(
  connection: RegionalConnection,
  stack: Stack,
  { stage, signal }: Pick<SettleOptions, 'stage' | 'signal'>,
): Promise<void> {
  if (stack.tags[STAGE_TAG] === stage) return;
  if (stack.status === 'REVIEW_IN_PROGRESS' && stack.tags[STAGE_TAG] === undefined) {
    const names = await listChangeSets(connection, stack.name, signal);
    if (names.every((name) => name.startsWith(CHANGE_SET_PREFIX))) return;
  }
  throw notOurs(stack, connection.region);
}

async function repair(connection: RegionalConnection, stack: Stack, options: SettleOptions): Promise<Stack> {
  const { signal, onRepair } = options;
  const { id } = stack;
  const cause = await causeOf(connection, id, signal);
  const since = (await newestEvent(connection, id, signal))?.id;
  const { arn } = await whoAmI(connection, signal);
  const operation = { stack: id, token: changeToken(arn) };
  const standing = standingOf(stack);
  if (standing === 'wreck') {
    onRepair?.({ kind: 'clearing', stack, cause });
    await deleteStack(connection, operation, signal);
  } else {
    onRepair?.({ kind: 'rolling_back', stack, cause });
    if (standing === 'stuck') await continueRollback(connection, operation, signal);
    else await rollBack(connection, operation, signal);
  }
  return (await watchStack(connection, id, { ...options, since })).stack;
}

/** Why the stack's last operation failed. */
async function causeOf(connection: RegionalConnection, id: string, signal: AbortSignal) {
  return await findCause(connection, id, await eventsSince(connection, id, undefined, signal), signal);
}

function unrepairable(stack: Stack, stage: string, connection: RegionalConnection, lookOnly: boolean) {
  const flags = placeFlags(stage, connection);
  switch (standingOf(stack)) {
    case 'deleting':
      return unfinished('being_destroyed', `stage ${stage} is being destroyed`, [
        `watch it: mcp-s3 destroy ${flags}`,
        'deploy again when it is gone',
      ]);
    case 'half-deleted':
      return failed(
        'half_destroyed',
        `the removal of ${stack.name} stopped halfway${stack.statusReason ? `: ${stack.statusReason}` : ''}`,
        [`finish it: mcp-s3 destroy ${flags}`, 'then deploy again'],
      );
    case 'busy':
      if (!lookOnly) return undefined;
      return unfinished('still_deploying', `the stack ${stack.name} is being changed (${stack.status})`, [
        `watch it: mcp-s3 deploy ${flags}`,
      ]);
    default:
      if (!lookOnly) return undefined;
      return unfinished(
        'needs_repair',
        `the stack ${stack.name} cannot be changed as it is (${stack.status}), so there is nothing to compare with`,
        [`repair it and deploy: mcp-s3 deploy ${flags}`],
      );
  }
}

async function beyondRepair(
  connection: RegionalConnection,
  stack: Stack,
  stage: string,
  signal: AbortSignal,
) {
  const cause = await causeOf(connection, stack.id, signal);
  const why =
    cause === undefined
      ? (stack.statusReason ?? 'no reason is given')
      : `${cause.logicalId}: ${cause.reason}`;
  return failed('beyond_repair', `the stack ${stack.name} stays in ${stack.status}: ${why}`, [
    ...(cause?.remedies ?? []),
    ...(standingOf(stack) === 'stuck'
      ? [
          `or go on without the resource that blocks it: aws cloudformation continue-update-rollback --stack-name ${stack.name} --resources-to-skip ${cause?.logicalId ?? 'NAME'} --region ${connection.region}`,
        ]
      : [`or remove what is left: mcp-s3 destroy ${placeFlags(stage, connection)}`]),
  ]);
}
