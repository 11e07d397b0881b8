import { describeStack, type Stack } from '../../aws/cloudformation.ts';
import { newestEvent, type StackEvent } from '../../aws/cloudformation-events.ts';
import { deleteStack } from '../../aws/cloudformation-repair.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { whoAmI } from '../../aws/identity.ts';
import { type CliError, failed } from '../../errors.ts';
import { sleep } from '../../sleep.ts';
import { changeToken } from '../deployer.ts';
import { isCancellation } from '../progress.ts';
import { unwrapped } from '../root-cause.ts';
import { standingOf } from '../standing.ts';
import { watchStack } from '../watch-stack.ts';

/** A resource that CloudFormation could not delete. */
export interface Blockage {
  logicalId: string;
  physicalId: string;
  type: string;
  reason: string;
}

/** What was found out about a blockage, and done. */
export interface Unblocked {
  /** What holds it, for people. */
  text: string;
  /** Milliseconds to wait before the next try; undefined: another try is of no use. */
  wait: number | undefined;
}

export interface RemoveOptions {
  signal: AbortSignal;
  onEvent?: (event: StackEvent) => void;
  onNote: (line: string) => void;
  /** Looks what holds the resource and takes it away where that is possible. */
  unblock: (blockage: Blockage, tries: number) => Promise<Unblocked>;
  /** Waits; given by tests. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Deletes a stack and watches it to its end; one whose deletion goes on already is only watched. What holds it up is
 * explained, and tried again when that is past.
 * @throws failed (exit 1) where it stays stuck
 */
export async function removeStack(
  connection: RegionalConnection,
  { id, name }: Pick<Stack, 'id' | 'name'>,
  options: RemoveOptions,
): Promise<void> {
  const { signal, onEvent, onNote, pause = sleep } = options;
  const watch = (since?: string) =>
    watchStack(connection, id, { signal, since, ...(onEvent && { onEvent }), onLost: lost(onNote) });
  for (let tries = 1; ; tries++) {
    let stack = await describeStack(connection, id, signal);
    // Only a creation can be ended by a deletion; whatever else goes on ends by itself first.
    if (standingOf(stack) === 'busy' && stack!.status !== 'CREATE_IN_PROGRESS') {
      onNote(`${name} is being changed (${stack!.status}): waiting until that has ended`);
      stack = (await watch()).stack;
    }
    if (stack === undefined || stack.status === 'DELETE_COMPLETE') return;
    let since: string | undefined;
    if (standingOf(stack) !== 'deleting') {
      since = (await newestEvent(connection, id, signal))?.id;
      const { arn } = await whoAmI(connection, signal);
      await deleteStack(connection, { stack: id, token: changeToken(arn) }, signal);
    }
    const watched = await watch(since);
    if (watched.stack.status === 'DELETE_COMPLETE') return;
    const blockages = blockagesIn(watched.events);
    const found: Unblocked[] = [];
    for (const blockage of blockages) found.push(await options.unblock(blockage, tries));
    const waits = found.map(({ wait }) => wait).filter((wait) => wait !== undefined);
    if (waits.length < found.length || found.length === 0) throw stuck(name, watched.stack, blockages, found);
    for (const { text } of found) onNote(text);
    await pause(Math.max(...waits), signal);
  }
}

function blockagesIn(events: StackEvent[]): Blockage[] {
  const byId = new Map<string, Blockage>();
  for (const event of events) {
    if (event.ofStack || event.status !== 'DELETE_FAILED' || isCancellation(event)) continue;
    const { logicalId, physicalId, type, reason } = event;
    byId.set(logicalId, { logicalId, physicalId, type, reason: unwrapped(reason) });
  }
  return [...byId.values()];
}

function stuck(name: string, stack: Stack, blockages: Blockage[], found: Unblocked[]): CliError {
  const [first] = blockages;
  const why =
    first === undefined ? (stack.statusReason ?? stack.status) : `${first.logicalId}: ${first.reason}`;
  return failed('stuck', `the stack ${name} cannot be deleted: ${why}`, [
    ...found.map(({ text }) => text),
    'remove what it names, then run the same command again: it goes on where it stopped',
  ]);
}

function lost(onNote: (line: string) => void) {
  return (error: CliError) => onNote(`${error.message}; the deletion goes on, trying again`);
}
