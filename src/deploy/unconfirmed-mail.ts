import type { RegionalConnection } from '../aws/connection.ts';
import { topicSubscriptions } from '../aws/sns.ts';

/**
 * The address that is mailed of alarms and has not confirmed it yet; undefined where there is none, and where it cannot
 * be told: it is only a reminder.
 * @param address the setting of the stage, or ''
 */
export async function unconfirmedMail(
  connection: RegionalConnection,
  { topic, address }: { topic: string | undefined; address: string | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!address || topic === undefined) return undefined;
  const all = await topicSubscriptions(connection, topic, signal).catch(() => []);
  signal.throwIfAborted();
  const waits = all.some(({ protocol, endpoint, confirmed }) => {
    return protocol === 'email' && endpoint === address && !confirmed;
  });
  return waits ? address : undefined;
}
