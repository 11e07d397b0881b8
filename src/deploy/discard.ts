import type { RegionalConnection } from '../aws/connection.ts';
import { discardChange, type PreparedChange } from '../stack/change-set.ts';

/**
 * Takes a change back that was not begun. It has a moment of its own, also after Ctrl-C, and never hides the failure that
 * it follows.
 */
export async function discardQuietly(connection: RegionalConnection, change: PreparedChange): Promise<void> {
  await discardChange(connection, change, AbortSignal.timeout(10_000)).catch(() => {});
}
