import type { RequestHandler } from 'express';
import type { Logger } from '../telemetry/logger.ts';
import { contextOf } from './request-context.ts';
import { RunningRequests } from './running-requests.ts';

/** Status of a request whose client left before the answer was complete (nginx's number). */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * One line per finished request. `service_ms` is the service's own time, which the latency alarm measures: without
 * the wait for the model, or every summary would trip it, and without the time that a slow reader takes for a file.
 *
 * @param routes known paths; any other is logged as "unmatched", so that scanners do not fill the log with names.
 */
export function requestLog(
  logger: Logger,
  now: () => number,
  routes: ReadonlySet<string>,
  running: RunningRequests = new RunningRequests(logger),
): RequestHandler {
  return (request, response, next) => {
    const bytesBefore = request.socket.bytesWritten;
    const { path } = contextOf(response);
    const route = routes.has(path) ? path : 'unmatched';
    running.begin(response, route);
    response.once('close', () => {
      running.end(response);
      const { id, startedAt, bodyAt, client, fields, failure } = contextOf(response);
      const aborted = !response.writableFinished;
      const status = aborted ? CLIENT_CLOSED_REQUEST : response.statusCode;
      const endedAt = now();
      const duration = endedAt - startedAt;
      const { model_ms } = fields;
      const serviceTime = model_ms === undefined ? (bodyAt ?? endedAt) - startedAt : duration - model_ms;
      if (failure !== undefined && !aborted) {
        logger.error(
          { request_id: id, err: failure },
          failure instanceof Error ? failure.message : 'failure',
        );
      }
      const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info';
      // Filled in step by step: spreading objects into it costs as much as writing the line.
      const line: Record<string, unknown> = {
        request_id: id,
        method: request.method,
        route,
        status,
        duration_ms: milliseconds(duration),
        service_ms: milliseconds(Math.max(0, serviceTime)),
        bytes_out: request.socket.bytesWritten - bytesBefore,
      };
      if (client !== undefined) line.client = client;
      for (const name in fields) line[name] = fields[name as keyof typeof fields];
      if (model_ms !== undefined) line.model_ms = milliseconds(model_ms);
      if (aborted) line.aborted = aborted;
      logger[level](line, 'request');
    });
    next();
  };
}

function milliseconds(value: number): number {
  return Math.round(value * 100) / 100;
}
