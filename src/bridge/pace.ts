import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between the starts of two requests. */
const FIRST_GAP = 20;
const LARGEST_GAP = 1000;

/**
 * Starts requests as fast as the service takes them. Each refusal (429) doubles the gap between starts and makes
 * all wait; each success closes it a little, until there is none.
 */
export class Pace {
  private gap = 0;
  private next = 0;
  private readonly now: () => number;
  private readonly wait: typeof pause;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number, wait: typeof pause) {
    this.now = now;
    this.wait = wait;
  }

  /** Resolves when a request may start. An aborted signal rejects with its reason. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.now();
    const at = Math.max(now, this.next);
    if (this.gap > 0) this.next = at + this.gap;
    if (at > now) await this.wait(at - now, signal);
  }

  refused(waitMs: number): void {
    this.gap = Math.min(LARGEST_GAP, Math.max(FIRST_GAP, this.gap * 2));
    this.next = Math.max(this.next, this.now() + waitMs);
  }

  accepted(): void {
    this.gap = this.gap < 1 ? 0 : this.gap * 0.9;
  }
}

/** An aborted signal rejects with its reason. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
}
