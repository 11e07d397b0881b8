import type { Stack } from '../aws/cloudformation.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { failed } from '../errors.ts';
import { prepareChange } from './change-set.ts';
import { executeChange } from './execute-change.ts';
import { findCause } from './find-cause.ts';
import { succeeded } from './standing.ts';

/**
 * Gives a few parameters of a stack new values, and keeps template, tags and all other values as they are.
 * @returns the stack as it stands then; the same one where nothing changes
 * @throws failed (exit 1) with the first cause where the update fails and is rolled back
 */
export async function updateParameters(
  connection: RegionalConnection,
  stack: Stack,
  changes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Stack> {
  const parameters = Object.keys(stack.parameters).map((name) => {
    const value = changes[name];
    return value === undefined ? { name, keep: true as const } : { name, value };
  });
  const goal = { name: stack.name, template: { previous: true as const }, parameters, tags: stack.tags };
  const change = await prepareChange(connection, goal, stack, signal);
  if (change === undefined) return stack;
  const { stack: after, events } = await executeChange(connection, change, { signal });
  if (succeeded(after)) return after;
  const cause = await findCause(connection, change.stackId, events, signal);
  throw failed(
    'update_failed',
    `the stack ${stack.name} could not be changed and is as it was before: ${cause === undefined ? after.status : `${cause.logicalId}: ${cause.reason}`}`,
    cause?.remedies ?? [],
  );
}
