import type { Prompt } from './prompt.ts';
import { estimateTokens } from './token-estimate.ts';

/** No text has more bytes to a token than this allows for; a smaller count is not believed. */
const LOWEST_CORRECTION = 0.5;

/**
 * Tokens that one summary may cost, in and out together. Calls are admitted by estimate and charged by the model's
 * own count; where the two differ, later estimates are corrected by what was seen.
 */
export class TokenCap {
  readonly #cap: number;
  #spent = 0;
  #reserved = 0;
  #estimatedInput = 0;
  #countedInput = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** Tokens that are neither spent nor reserved. */
  get left(): number {
    return this.#cap - this.#spent - this.#reserved;
  }

  /** What a call may cost at most. */
  costOf({ system, user, maxTokens }: Prompt): number {
    return Math.ceil(estimateTokens(system + user) * this.#correction) + maxTokens;
  }

  reserve(cost: number): void {
    this.#reserved += cost;
  }

  /** Ends a reservation. A call that failed has no counts, and is not charged. */
  settle(cost: number, prompt: Prompt, counted?: { inputTokens: number; outputTokens: number }): void {
    this.#reserved -= cost;
    if (counted === undefined) return;
    this.#spent += counted.inputTokens + counted.outputTokens;
    this.#countedInput += counted.inputTokens;
    this.#estimatedInput += estimateTokens(prompt.system + prompt.user);
  }

  /** Count by estimate so far, and a tenth more: the next text may be denser. */
  get #correction(): number {
    if (this.#estimatedInput === 0) return 1;
    return Math.max(LOWEST_CORRECTION, (1.1 * this.#countedInput) / this.#estimatedInput);
  }
}
