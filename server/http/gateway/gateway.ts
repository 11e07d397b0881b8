import type { RequestHandler, Response } from 'express';
import { API_KEY_HEADER } from '../../names.ts';
import { sendJson } from '../json-response.ts';
import { contextOf } from '../request-context.ts';
import { ANONYMOUS, type GatewayOptions } from './options.ts';
import { Throttle } from './throttle.ts';

/** API Gateway's own words, so that the local server and AWS read alike. */
export const GATEWAY_ANSWERS = {
  forbidden: { status: 403, message: 'Forbidden' },
  throttled: { status: 429, message: 'Too Many Requests' },
  quotaExceeded: { status: 429, message: 'Limit Exceeded' },
  invalidBody: { status: 400, message: 'Invalid request body' },
} as const;

export type GatewayAnswer = keyof typeof GATEWAY_ANSWERS;

/**
 * Key, throttle, quota, in API Gateway's order; the body is held against its schema later, by the route
 *. A request that is throttled does not count against the quota.
 *
 * @param now milliseconds of a clock that never goes back.
 */
export function gateway(options: GatewayOptions, now: () => number): RequestHandler {
  const throttle = new Throttle(options.limits, now);
  return (request, response, next) => {
    const presented = request.headers[API_KEY_HEADER];
    const client =
      options.authenticate === undefined
        ? ANONYMOUS
        : options.authenticate(typeof presented === 'string' ? presented : undefined);
    if (client === undefined) return refuse(response, 'forbidden');
    const context = contextOf(response);
    context.client = client.name;
    if (!throttle.take(client, context.path)) return refuse(response, 'throttled');
    if (!options.usage.take(client)) return refuse(response, 'quotaExceeded');
    next();
  };
}

export function refuse(response: Response, answer: GatewayAnswer): void {
  const { status, message } = GATEWAY_ANSWERS[answer];
  sendJson(response, status, { message });
}
