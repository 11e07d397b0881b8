import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { REQUEST_ID_HEADER } from '../names.ts';

/** What is known of one request: made first, filled on the way, logged last. */
export interface RequestContext {
  readonly id: string;
  /** Monotonic, milliseconds. */
  readonly startedAt: number;
  /** The clock of `startedAt`. */
  readonly now: () => number;
  /** When an answer of any size began to leave: what follows is the reader's time. */
  bodyAt?: number;
  /** Path without the base path and the query. */
  readonly path: string;
  /** Name of the client whose key was accepted. */
  client?: string;
  /** Fields that the route adds to the request's log line. */
  readonly fields: RequestFields;
  /** The failure behind a 5xx: logged, never sent. */
  failure?: unknown;
}

export interface RequestFields {
  file_key?: string;
  cached?: boolean;
  model?: string;
  input_tokens?: number;
  output_tokens?: number;
  /** Milliseconds spent waiting for the summarizer. */
  model_ms?: number;
  rpc_method?: string;
  tool?: string;
}

/** Ids that a caller may bring: what tracing systems write, and nothing that could forge a log line. */
const SANE_ID = /^[A-Za-z0-9._:=;/+-]{1,128}$/;

/** Gives the request its id, taken from `x-request-id` when that is sane, and sends it back on every answer. */
export function requestContext(now: () => number): RequestHandler {
  return (request, response, next) => {
    const presented = request.headers[REQUEST_ID_HEADER];
    const id = typeof presented === 'string' && SANE_ID.test(presented) ? presented : randomUUID();
    response.setHeader(REQUEST_ID_HEADER, id);
    const context: RequestContext = { id, startedAt: now(), now, path: request.path, fields: {} };
    response.locals.context = context;
    next();
  };
}

export function contextOf(response: Response): RequestContext {
  return response.locals.context as RequestContext;
}
