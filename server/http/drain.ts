import type { RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';
import { HEALTH_PATH } from '../names.ts';

/** Where the process is on its way out. */
export class DrainState {
  /** Told to stop: `/health` says so, connections are told to close. */
  draining = false;
  /** No new requests any more: those in flight only. */
  refusing = false;
}

/**
 * While draining every answer ends its connection, so that balancers and clients go elsewhere; later on, new
 * requests are refused, so that those in flight can finish.
 */
export function drainGuard(state: DrainState): RequestHandler {
  return (request, response, next) => {
    if (!state.draining) return next();
    response.setHeader('connection', 'close');
    if (!state.refusing || request.path === HEALTH_PATH) return next();
    next(new ServiceError('draining', 'the server is stopping: try again in a moment', { retryAfter: 1 }));
  };
}
