import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, EXIT } from './errors.ts';

interface WatchOptions {
  everyMs: number;
  signal: AbortSignal;
  /** Told of a failure that passes, such as a lost connection: once it had an answer, it asks again. */
  onTrouble?: (text: string) => void;
}

/**
 * Asks again and again, `everyMs` after each answer, until the signal is aborted or `next` says that it was enough.
 * An abort ends it without an error.
 */
export async function watch<T>(
  ask: () => Promise<T>,
  next: (answer: T) => 'go on' | 'enough',
  { everyMs, signal, onTrouble }: WatchOptions,
): Promise<void> {
  let answered = false;
  try {
    for (;;) {
      const answer = await ask().catch((error) => {
        if (!answered || !onTrouble || !passes(error)) throw error;
        onTrouble(`${error.message}; trying again`);
        return undefined;
      });
      if (answer !== undefined) {
        answered = true;
        if (next(answer) === 'enough') return;
      }
      await sleep(everyMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function passes(error: unknown): error is CliError {
  return error instanceof CliError && error.exitCode === EXIT.unfinished;
}
