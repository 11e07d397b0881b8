import { apiKey } from './api-key.ts';
import { askService } from './ask-service.ts';
import type { Outcome } from './outcome.ts';
import { pause } from './pause.ts';
import { waitAwake } from './wait-awake.ts';

/** Waits for API Gateway to learn a new key, one after the other (milliseconds). */
const KEY_PAUSES_MS = [1000, 2000, 4000, 8000, 16_000, 32_000];

const BALANCER_PAUSE_MS = 5000;

/**
 * Has one file summarized, through a service that wakes and a key that is not known yet, as far as the time allows.
 * What is left then goes back to the queue.
 * @param deadline milliseconds since the epoch
 */
export async function summarize(key: string, deadline: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  const pauses = [...KEY_PAUSES_MS];
  let secret = await apiKey();
  for (;;) {
    const outcome = await askService(key, secret, signal);
    if (outcome.kind === 'waking') {
      if (!(await waitAwake(deadline))) return outcome;
      // The keeper and the load balancer may see it a moment apart.
      await pause(BALANCER_PAUSE_MS);
    } else if (outcome.kind === 'forbidden') {
      const next = pauses.shift();
      if (next === undefined || Date.now() + next >= deadline) return outcome;
      await pause(next);
      // The one in hand may be of before a deployment.
      secret = await apiKey(true).catch(() => secret);
    } else return outcome;
    if (Date.now() >= deadline) return outcome;
  }
}
