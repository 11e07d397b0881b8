import type { Response } from 'express';

/** Idle limits on the way are 30 s and more: a comment this often keeps the stream open (milliseconds). */
const KEEP_ALIVE_MS = 15_000;

/**
 * Server-sent events (WHATWG HTML, "Server-sent events"). The status line goes out with the first event or the
 * first keep-alive, so that a failure before that still has a status of its own.
 */
export class EventStream {
  readonly #response: Response;
  readonly #timer: NodeJS.Timeout;

  constructor(response: Response, keepAliveMs: number = KEEP_ALIVE_MS) {
    this.#response = response;
    this.#timer = setInterval(() => this.#write(': still working\n\n'), keepAliveMs);
    response.once('close', () => clearInterval(this.#timer));
  }

  /** Whether anything was sent: then a failure can only be an event. */
  get begun(): boolean {
    return this.#response.headersSent;
  }

  send(event: string, data: unknown): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Stops the keep-alive without ending the answer. */
  stop(): void {
    clearInterval(this.#timer);
  }

  end(): void {
    this.stop();
    this.#response.end();
  }

  #write(text: string): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
    }
    response.write(text);
  }
}
