import { BedrockFailure } from './failure.ts';

/** Tries of one call, the first included. */
const TRIES = 5;
/** Milliseconds: the longest first pause, and the longest of all. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 20_000;

export interface Pacing {
  /** From 0 to 1; Math.random. */
  random: () => number;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  pause: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

export const REAL_PACING: Pacing = {
  random: Math.random,
  pause: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

/**
 * Tries a call again while its failure is worth it, after a pause that doubles and is random between nothing and
 * all of it ("full jitter", so that calls that failed together do not come back together), at least as long as
 * Bedrock asks. Throws the last BedrockFailure.
 *
 * @param mayRepeat false once something was passed on that cannot be taken back.
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  { random, pause }: Pacing,
  mayRepeat: () => boolean,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof BedrockFailure) || !error.retry || attempt === TRIES || !mayRepeat())
        throw error;
      const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
      const asked = error.asked === undefined ? 0 : Math.min(LONGEST_PAUSE, error.asked * 1000);
      await pause(Math.max(asked, random() * longest), signal);
    }
  }
}
