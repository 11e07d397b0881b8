import { type StackEvent, validationFindings } from '../aws/cloudformation-events.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { remediesFor } from './remedies.ts';
import { type RootCause, rootCause } from './root-cause.ts';

/**
 * The failure that began all others. Where CloudFormation refused before it touched a resource, the stack's events only
 * say that there are findings, which stand elsewhere.
 */
export async function findCause(
  connection: RegionalConnection,
  stackId: string,
  events: StackEvent[],
  signal: AbortSignal,
): Promise<RootCause | undefined> {
  const cause = rootCause(events);
  if (cause === undefined || !/DescribeEvents|validation failed/i.test(cause.reason)) return cause;
  const findings = await validationFindings(connection, { stack: stackId }, signal).catch(() => []);
  signal.throwIfAborted();
  const [first, ...more] = findings;
  if (first === undefined) return cause;
  const others = more.map(({ logicalId, reason }) => `; ${logicalId}: ${reason}`).join('');
  return { ...first, reason: first.reason + others, remedies: remediesFor(first.type, first.reason) };
}
