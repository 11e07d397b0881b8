/** Milliseconds between the starts of two requests. */
const FIRST_GAP = 20;
const LARGEST_GAP = 1000;

/**
 * Starts requests as fast as the service takes them. A refusal (429) doubles the gap between starts and makes all
 * wait; each success closes it a little, until there is none. Requests that were under way together are refused
 * together: that counts once.
 */
export class Pace {
  private gap = 0;
  private next = 0;
  private slowedAt = Number.NEGATIVE_INFINITY;
  private readonly now: () => number;
  private readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number, wait: (milliseconds: number, signal: AbortSignal) => Promise<void>) {
    this.now = now;
    this.wait = wait;
  }

  /** Resolves when a request may start, with the moment. An aborted signal rejects with its reason. */
  async turn(signal: AbortSignal): Promise<number> {
    const now = this.now();
    const at = Math.max(now, this.next);
    if (this.gap > 0) this.next = at + this.gap;
    if (at > now) await this.wait(at - now, signal);
    return this.now();
  }

  /** @param startedAt what `turn` gave the request that was refused */
  refused(startedAt: number, waitMs: number): void {
    const now = this.now();
    this.next = Math.max(this.next, now + waitMs);
    if (startedAt <= this.slowedAt) return;
    this.slowedAt = now;
    this.gap = Math.min(LARGEST_GAP, Math.max(FIRST_GAP, this.gap * 2));
  }

  accepted(): void {
    this.gap = this.gap < 1 ? 0 : this.gap * 0.95;
  }
}
