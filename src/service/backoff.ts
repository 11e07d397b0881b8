import { sleep } from '../sleep.ts';

/** Tries of a request that the gateway turned away (429 was never processed, so a repeat is safe). */
export const TRIES = 8;

/**
 * Waits before the next try: around 100 ms, 200 ms, … up to 5 s at random; the server's own word wins.
 * An aborted signal rejects with its reason.
 * @param attempt tries so far, from 1
 */
export async function backoff(
  attempt: number,
  retryAfter: string | string[] | null | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await sleep(backoffMs(attempt, retryAfter), signal);
}

function backoffMs(attempt: number, retryAfter: string | string[] | null | undefined): number {
  const seconds = Number(retryAfter);
  if (Number.isFinite(seconds) && seconds > 0) return Math.min(seconds, 60) * 1000;
  return Math.min(5000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random());
}
