import { executeChangeSet } from '../aws/cloudformation-changes.ts';
import { newestEvent } from '../aws/cloudformation-events.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import type { PreparedChange } from './change-set.ts';
import { type Watched, type WatchOptions, watchStack } from './watch-stack.ts';

/**
 * Makes a prepared change and watches it to its end. Whoever stops watching stops nothing in AWS.
 * @param onBegin told when the change has begun, from where on it goes on without this command
 */
export async function executeChange(
  connection: RegionalConnection,
  change: PreparedChange,
  options: Omit<WatchOptions, 'since'> & { onBegin?: () => void },
): Promise<Watched> {
  const { signal, onBegin } = options;
  const since = (await newestEvent(connection, change.stackId, signal))?.id;
  await executeChangeSet(connection, change, signal);
  onBegin?.();
  return await watchStack(connection, change.stackId, { ...options, since });
}
