import type { RegionalConnection } from '../../aws/connection.ts';
import { invokeFunction } from '../../aws/lambda.ts';

/** What the keeper is asked; see `templates/functions/keeper.ts`. */
export interface KeeperRequest {
  action: 'wake' | 'hold' | 'release' | 'sleep' | 'status';
  /** Of `hold`: until when, ISO 8601. */
  until?: string;
}

export interface KeeperState {
  state: 'awake' | 'waking' | 'asleep';
  /** Tasks. */
  running: number;
  desired: number;
  healthy: number;
  /** ISO 8601. */
  held_until?: string;
  woken_at?: string;
  asleep_since?: string;
}

/** Asks the function that alone decides when a service sleeps and wakes. */
export async function askKeeper(
  connection: RegionalConnection,
  functionName: string,
  request: KeeperRequest,
  signal: AbortSignal,
): Promise<KeeperState> {
  return (await invokeFunction(connection, functionName, request, signal)) as KeeperState;
}
