import { MCP_PATH } from '../../names.ts';
import type { GatewayClient, Limits } from './options.ts';
import { TokenBucket } from './token-bucket.ts';

/** Buckets are per client: this bounds the memory if keys come and go for a long time. */
const MAX_CLIENTS = 10_000;

/**
 * The usage plan's throttle: one bucket per client for the REST routes together, another for `/mcp`, because a
 * client's connect alone costs five requests. A rate of 0 is no limit.
 */
export class Throttle {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** False when the client's bucket for this path is empty. */
  take(client: GatewayClient, path: string): boolean {
    const limits = { ...this.#limits, ...client.limits };
    const isMcp = path === MCP_PATH;
    const rate = isMcp ? limits.mcpRateLimit : limits.rateLimit;
    const burst = isMcp ? limits.mcpBurst : limits.burst;
    if (rate <= 0) return true;
    // The limits are part of the name, so that a client whose limits were changed gets a bucket of that size.
    const id = `${isMcp ? 'mcp' : 'rest'} ${rate} ${burst} ${client.id}`;
    const now = this.#now();
    let bucket = this.#buckets.get(id);
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_CLIENTS) this.#buckets.delete(this.#buckets.keys().next().value!);
      bucket = new TokenBucket(rate, burst, now);
      this.#buckets.set(id, bucket);
    }
    return bucket.take(now);
  }
}
