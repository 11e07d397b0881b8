import { z } from 'zod';
import { sendJson } from '../json-response.ts';
import { describeApi } from '../openapi.ts';
import type { Route } from '../route.ts';

/** Serves the description of the routes, made once. */
export function openApiRoute(
  routes: readonly Route[],
  server: { version: string; asksForKey: boolean },
): Route {
  const route: Route = {
    method: 'get',
    path: '/openapi.json',
    operation: {
      id: 'getOpenApi',
      summary: 'This description',
      responses: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': z.looseObject({}) } } },
    },
    handlers: [],
  };
  const description = describeApi([...routes, route], server);
  route.handlers.push((_request, response) => sendJson(response, 200, description));
  return route;
}
