/** The gateway's rules, for a server that stands alone. On AWS they are API Gateway's work. */
export interface GatewayOptions {
  /** Finds the client of a key, comparing in constant time. Absent: every request is let in (`--no-auth`). */
  authenticate?: (presented: string | undefined) => GatewayClient | undefined;
  /** Counts the day's requests of a client; false when its quota is used up. */
  usage: { take(client: GatewayClient): boolean };
  limits: Limits;
}

export interface GatewayClient {
  id: string;
  /** Name that the log shows. */
  name: string;
  limits?: Partial<Limits>;
}

/** A rate or quota of 0 is no limit. */
export interface Limits {
  /** Requests a second on the REST routes together. */
  rateLimit: number;
  burst: number;
  /** Requests a second on `/mcp`. */
  mcpRateLimit: number;
  mcpBurst: number;
  /** Requests a day. */
  quota: number;
}

/** The client of a server that asks for no key. */
export const ANONYMOUS: GatewayClient = { id: 'anonymous', name: 'anonymous' };
