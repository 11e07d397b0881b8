import type { RequestHandler } from 'express';

/** One middleware of several that end synchronously: the router's own way from each to the next costs more. */
export function inOrder(handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    let index = 0;
    const step = (error?: unknown): void => {
      const handler = handlers[index++];
      if (error !== undefined || handler === undefined) next(error);
      else handler(request, response, step);
    };
    step();
  };
}
