import { setTimeout as sleep } from 'node:timers/promises';
import { type CliError, unfinished } from '../errors.ts';

/** What is known of a service that may sleep, for whoever asks it something. */
export interface Waking {
  /** Wakes it, where that can be done from here. Elsewhere the request itself has: an alarm heard it. */
  wake?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Told once, when it has to be waited for. */
  onWaking(): void;
}

/** Milliseconds from the first try on. A service that sleeps needs up to two minutes to have a task up. */
export const WAKING_LIMIT_MS = 3 * 60_000;

const FIRST_MS = 1000;
const LONGEST_MS = 5000;

/**
 * Whether nothing serves yet: it sleeps, starts, or is about to be replaced. Then the load balancer answers by
 * itself, in HTML, or a task says that it is being stopped.
 */
export function isWaking(status: number, contentType: unknown): boolean {
  return status === 503 || (status === 502 && !String(contentType ?? '').includes('json'));
}

/** Waits between the tries of one request. */
export class WakingWait {
  private readonly waking: Waking;
  private readonly limitMs: number;
  private begun: number | undefined;
  private pause = FIRST_MS;

  constructor(waking: Waking, limitMs = WAKING_LIMIT_MS) {
    this.waking = waking;
    this.limitMs = limitMs;
  }

  /** @throws unfinished (exit 5) when it was waited for long enough */
  async next(signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    if (this.begun === undefined) {
      this.begun = now;
      this.waking.onWaking();
      await this.waking.wake?.(signal ?? new AbortController().signal);
    } else if (now - this.begun > this.limitMs) throw stillAsleep(this.limitMs);
    await sleep(this.pause, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw signal?.reason;
    });
    this.pause = Math.min(LONGEST_MS, this.pause * 1.5);
  }
}

function stillAsleep(limitMs: number): CliError {
  return unfinished('asleep', `the service did not wake within ${Math.round(limitMs / 60_000)} minutes`, [
    'try again in a moment',
    'find what keeps it: mcp-s3 doctor',
  ]);
}
