import type { RequestHandler } from 'express';

/**
 * Takes the base path off the front, once. API Gateway's private integrations pass the stage's name on in the
 * path (`/v1/mcp`), while the load balancer asks for `/health` without it: both are understood.
 */
export function stripBasePath(basePath: string): RequestHandler {
  return (request, _response, next) => {
    if (request.url === basePath) request.url = '/';
    else if (request.url.startsWith(`${basePath}/`)) request.url = request.url.slice(basePath.length);
    else if (request.url.startsWith(`${basePath}?`)) request.url = `/${request.url.slice(basePath.length)}`;
    next();
  };
}
