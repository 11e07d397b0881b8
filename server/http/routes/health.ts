import { z } from 'zod';
import { HEALTH_PATH } from '../../names.ts';
import { sendJson } from '../json-response.ts';
import type { Route } from '../route.ts';

export const healthy = z.object({ status: z.literal('healthy') });
export const draining = z.object({ status: z.literal('draining') });

/** Says whether this process takes requests: 503 once it was told to stop, so that balancers look elsewhere. */
export function healthRoute(isDraining: () => boolean): Route {
  return {
    method: 'get',
    path: HEALTH_PATH,
    operation: {
      id: 'getHealth',
      summary: 'Whether the server takes requests',
      responses: {
        200: { description: 'It does.', content: { 'application/json': healthy } },
        503: { description: 'It was told to stop.', content: { 'application/json': draining } },
      },
    },
    handlers: [
      (_request, response) => {
        response.setHeader('cache-control', 'no-store');
        if (isDraining()) sendJson(response, 503, { status: 'draining' });
        else sendJson(response, 200, { status: 'healthy' });
      },
    ],
  };
}
