import { setTimeout } from 'node:timers/promises';

/** Waits so many milliseconds. Ends at once with the signal's own reason when that is aborted. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
}
