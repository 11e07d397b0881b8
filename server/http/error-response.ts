import type { ErrorRequestHandler, Response } from 'express';
import { ServiceError } from '../errors.ts';
import { fromBodyParser } from './body.ts';
import { HTTP_STATUS_OF, HttpError, STATUS_OF } from './error-table.ts';
import { sendJson } from './json-response.ts';
import { contextOf } from './request-context.ts';

/** An error as every answer of the service carries it. */
export interface ErrorBody {
  error: { code: string; message: string; request_id: string };
}

export interface ErrorAnswer {
  status: number;
  body: ErrorBody;
  retryAfter?: number;
}

/** Decides status and wording. What is not an expected failure is a bug: the caller learns only that it happened. */
export function answerFor(error: unknown, requestId: string): ErrorAnswer {
  const known = error instanceof ServiceError || error instanceof HttpError ? error : fromBodyParser(error);
  if (known instanceof ServiceError) {
    return {
      status: STATUS_OF[known.code],
      body: { error: { code: known.code, message: known.message, request_id: requestId } },
      ...(known.retryAfter === undefined ? {} : { retryAfter: Math.max(1, Math.ceil(known.retryAfter)) }),
    };
  }
  if (known instanceof HttpError) {
    return {
      status: HTTP_STATUS_OF[known.code],
      body: { error: { code: known.code, message: known.message, request_id: requestId } },
    };
  }
  const message = 'the server failed: a bug on our side; the log has it under this request id';
  return { status: 500, body: { error: { code: 'internal', message, request_id: requestId } } };
}

/** Headers that a route may have set for the file it then could not send. */
const OF_A_FILE = ['content-disposition', 'content-encoding', 'accept-ranges', 'etag', 'last-modified'];

/** Last handler of the app: turns whatever was thrown into an answer, or cuts an answer that has begun. */
export function errorHandler(): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    sendError(response, error);
  };
}

export function sendError(response: Response, error: unknown): void {
  const context = contextOf(response);
  const answer = answerFor(error, context.id);
  if (answer.status >= 500) context.failure = error;
  if (response.headersSent) {
    // Half an answer must not look whole: cutting the connection is the only thing left to say.
    response.destroy();
    return;
  }
  for (const name of OF_A_FILE) response.removeHeader(name);
  if (answer.status !== 416) response.removeHeader('content-range');
  if (answer.retryAfter !== undefined) response.setHeader('retry-after', answer.retryAfter);
  response.setHeader('cache-control', 'no-store');
  sendJson(response, answer.status, answer.body);
}
