import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again, `everyMs` after each answer, until the signal is aborted or `next` says that it was enough.
 * An abort ends it without an error.
 */
export async function watch<T>(
  ask: () => Promise<T>,
  next: (answer: T) => 'go on' | 'enough',
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): Promise<void> {
  try {
    while (next(await ask()) === 'go on') await sleep(everyMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
