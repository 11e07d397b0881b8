import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DrainState } from './drain.ts';
import { refuseMalformed } from './malformed.ts';

/** How long slow and idle clients are waited for, milliseconds, and how much they may hold. */
export interface ListenerLimits {
  /** Until the headers are complete. */
  headersTimeout?: number;
  /** Until the body is complete. */
  requestTimeout?: number;
  /** Between two requests of a connection. Longer than the load balancer's 300 s, or it would meet closed ones. */
  keepAliveTimeout?: number;
  /** How often the two timeouts above are looked at. */
  checkInterval?: number;
  maxConnections?: number;
  /** For a client that was refused by HTTP itself to take in why, before the connection is closed. */
  refusalLinger?: number;
}

export interface ListenAddress {
  host: string;
  /** 0: any free one. */
  port: number;
}

export interface Listening extends ListenAddress {
  url: string;
}

export interface CloseOptions {
  /** Milliseconds after which requests in flight are cut off. */
  deadlineMs?: number;
  /** Milliseconds in which new requests are still answered: balancers need a moment to look elsewhere. */
  graceMs?: number;
}

const HEADERS_TIMEOUT = 20_000;
const REQUEST_TIMEOUT = 60_000;
const KEEP_ALIVE_TIMEOUT = 310_000;
const CHECK_INTERVAL = 2_000;
const MAX_CONNECTIONS = 2_000;
const MAX_HEADER_BYTES = 16 * 1024;
const REFUSAL_LINGER = 2_000;
const CLOSE_DEADLINE = 25_000;
/** Time for the last bytes of finished answers to leave. */
const LINGER = 500;

/** The HTTP server: guarded against slow clients, and ending in an orderly way. */
export class Listener {
  readonly #server: http.Server;
  readonly #state: DrainState;
  #inFlight = 0;
  #idle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(handler: RequestListener, state: DrainState, limits: ListenerLimits = {}) {
    this.#state = state;
    this.#server = http.createServer(
      {
        headersTimeout: limits.headersTimeout ?? HEADERS_TIMEOUT,
        requestTimeout: limits.requestTimeout ?? REQUEST_TIMEOUT,
        keepAliveTimeout: limits.keepAliveTimeout ?? KEEP_ALIVE_TIMEOUT,
        connectionsCheckingInterval: limits.checkInterval ?? CHECK_INTERVAL,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (request, response) => {
        this.#inFlight++;
        response.once('close', () => {
          this.#inFlight--;
          if (this.#inFlight === 0) this.#idle?.();
        });
        handler(request, response);
      },
    );
    this.#server.on('clientError', refuseMalformed(limits.refusalLinger ?? REFUSAL_LINGER));
    this.#server.maxConnections = limits.maxConnections ?? MAX_CONNECTIONS;
  }

  /** Rejects with the system's error (EADDRINUSE, EACCES). */
  listen({ host, port }: ListenAddress): Promise<Listening> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const bound = (this.#server.address() as AddressInfo).port;
        const name = host.includes(':') ? `[${host}]` : host;
        resolve({ host, port: bound, url: `http://${name}:${bound}` });
      });
    });
  }

  /**
   * Ends: says so, lets requests in flight finish, cuts the rest at the deadline. Resolves when all is closed.
   *
   * ```
   * close ──► draining: served, "Connection: close" ──graceMs──► refused (503) ──in flight = 0──► closed
   *                                                                             └──deadlineMs──► cut
   * ```
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close({ deadlineMs = CLOSE_DEADLINE, graceMs = 0 }: CloseOptions): Promise<void> {
    this.#state.draining = true;
    if (!this.#server.listening) return;
    let linger: NodeJS.Timeout | undefined;
    const deadline = setTimeout(() => {
      this.#server.closeAllConnections();
      this.#idle?.();
    }, deadlineMs);
    try {
      if (graceMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(graceMs, deadlineMs)));
      this.#state.refusing = true;
      if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
      const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
      // What is still open holds no request, or half of one that would be refused.
      linger = setTimeout(() => this.#server.closeAllConnections(), LINGER);
      await closed;
    } finally {
      clearTimeout(deadline);
      clearTimeout(linger);
    }
  }
}
