import type { Response } from 'express';
import type { Logger } from '../telemetry/logger.ts';
import { contextOf } from './request-context.ts';

const EVERY_MS = 60_000;

/**
 * Says once a minute which requests have been running for longer than that. A request is logged when it ends, and a
 * summary may take a quarter of an hour: without this line whoever looks for the last request (on AWS the keeper,
 * before it puts the service to sleep) would cut it off.
 */
export class RunningRequests {
  readonly #running = new Map<Response, string>();
  readonly #logger: Logger;
  readonly #everyMs: number;
  /** Runs only while a request does. */
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger, everyMs: number = EVERY_MS) {
    this.#logger = logger;
    this.#everyMs = everyMs;
  }

  /** @param route as the log names it */
  begin(response: Response, route: string): void {
    this.#running.set(response, route);
    this.#timer ??= setTimeout(() => this.#look(), this.#everyMs).unref();
  }

  end(response: Response): void {
    this.#running.delete(response);
  }

  #look(): void {
    for (const [response, route] of this.#running) {
      const { id, startedAt, now } = contextOf(response);
      const running = now() - startedAt;
      if (running < this.#everyMs) continue;
      this.#logger.info({ request_id: id, route, running_ms: Math.round(running) }, 'running');
    }
    this.#timer =
      this.#running.size === 0 ? undefined : setTimeout(() => this.#look(), this.#everyMs).unref();
  }
}
