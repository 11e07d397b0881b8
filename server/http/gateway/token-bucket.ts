/**
 * Token bucket, the algorithm of API Gateway's throttling ("Throttle requests to your REST APIs"): `burst` tokens
 * at most, refilled at `rate` a second, one taken by each request.
 */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #refilledAt: number;

  /**
   * @param rate tokens a second.
   * @param burst most tokens held; the bucket starts full.
   * @param now milliseconds of a clock that never goes back.
   */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate;
    this.#burst = Math.max(1, burst);
    this.#tokens = this.#burst;
    this.#refilledAt = now;
  }

  /** Takes one token; false when there is none. */
  take(now: number): boolean {
    const elapsed = Math.max(0, now - this.#refilledAt);
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed / 1000) * this.#rate);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
