import type { Express, RequestHandler } from 'express';
import type { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { describeIssues } from '../zod-issues.ts';
import { HttpError } from './error-table.ts';

/** One operation: how it is reached, what it takes and answers, and the code behind it. */
export interface Route {
  method: 'get' | 'post';
  path: string;
  operation: Operation;
  handlers: RequestHandler[];
}

/** Description of an operation, from the very schemas that validate it. Becomes OpenAPI. */
export interface Operation {
  id: string;
  summary: string;
  description?: string;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  responses: Record<number, ResponseDescription>;
}

export interface ResponseDescription {
  description: string;
  /** Content by media type. */
  content?: Record<string, z.ZodType>;
  headers?: Record<string, string>;
}

/** Mounts routes; a known path with another method is answered 405 with `Allow`. */
export function mountRoutes(app: Express, routes: readonly Route[]): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const own = routes.filter((route) => route.path === path);
    const allowed = own.flatMap(({ method }) =>
      method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
    );
    for (const { method, handlers } of own) app[method](path, ...handlers);
    app.all(path, refuseMethod(allowed));
  }
}

export function refuseMethod(allowed: readonly string[]): RequestHandler {
  return (request, response, next) => {
    response.setHeader('allow', [...allowed, 'OPTIONS'].join(', '));
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const message = `${request.method} is not possible here; possible: ${allowed.join(', ')}`;
    next(new HttpError('method_not_allowed', message));
  };
}

/**
 * Holds input against its schema. Throws ServiceError `bad_request` that names each field and what is wrong.
 *
 * @param what where the input stood, for the message.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ServiceError('bad_request', `${what}: ${describeIssues(parsed.error)}`);
}
