import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import type { LineIndexes } from '../files/lines/line-indexes.ts';
import type { FileStore } from '../files/store.ts';
import { MCP_PATH, REQUEST_ID_HEADER } from '../names.ts';
import type { SummaryService } from '../summaries/service.ts';
import type { Logger } from '../telemetry/logger.ts';
import { stripBasePath } from './base-path.ts';
import { type DrainState, drainGuard } from './drain.ts';
import { errorHandler } from './error-response.ts';
import { HttpError } from './error-table.ts';
import { gateway } from './gateway/gateway.ts';
import type { GatewayOptions } from './gateway/options.ts';
import { hostGuard } from './host-guard.ts';
import { inOrder } from './in-order.ts';
import { requestContext } from './request-context.ts';
import { requestLog } from './request-log.ts';
import { mountRoutes, refuseMethod } from './route.ts';
import { fileRoute } from './routes/file.ts';
import { filesRoute } from './routes/files.ts';
import { healthRoute } from './routes/health.ts';
import { MCP_ROUTE } from './routes/mcp.ts';
import { openApiRoute } from './routes/openapi.ts';
import { summarizeRoute } from './routes/summarize.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpAppParts {
  store: FileStore;
  summaries: SummaryService;
  lineIndexes: LineIndexes;
  /** Answers `/mcp`, body reading included. */
  mcp: RequestHandler[];
  logger: Logger;
  drain: DrainState;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  version: string;
  gateway?: GatewayOptions | undefined;
  allowedHosts: () => readonly string[] | undefined;
  corsOrigins: readonly string[];
  basePath?: string | undefined;
  /** Bytes. */
  bodyLimit: number;
  deadlineMs: number;
  keepAliveMs?: number | undefined;
}

/**
 * The Express app. What a request meets, in order: id and log, security headers, CORS, draining, host check,
 * gateway rules, route, error table.
 */
export function createHttpApp(parts: HttpAppParts): Express {
  const { store, deadlineMs, now } = parts;
  const routes = [
    summarizeRoute({
      service: parts.summaries,
      bodyLimit: parts.bodyLimit,
      deadlineMs,
      gatewayWords: parts.gateway !== undefined,
      keepAliveMs: parts.keepAliveMs,
    }),
    filesRoute(store, deadlineMs),
    fileRoute({ store, indexes: parts.lineIndexes, deadlineMs }),
    healthRoute(() => parts.drain.draining),
  ];
  const all = [
    ...routes,
    openApiRoute([...routes, MCP_ROUTE], {
      version: parts.version,
      asksForKey: parts.gateway?.authenticate !== undefined,
    }),
  ];
  const known = new Set([...all.map((route) => route.path), MCP_PATH]);

  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(
    inOrder([
      ...(parts.basePath ? [stripBasePath(parts.basePath)] : []),
      requestContext(now),
      requestLog(parts.logger, now, known),
      securityHeaders(),
      ...(parts.corsOrigins.length > 0 ? [crossOrigin(parts.corsOrigins)] : []),
      drainGuard(parts.drain),
      hostGuard(parts.allowedHosts, parts.corsOrigins),
      noDiscovery,
      ...(parts.gateway === undefined ? [] : [gateway(parts.gateway, now)]),
    ]),
  );
  // First, for it is asked most. The protocol's own methods, of which it refuses two itself; others cannot even be put
  // to it.
  app
    .post(MCP_PATH, ...parts.mcp)
    .get(MCP_PATH, ...parts.mcp)
    .delete(MCP_PATH, ...parts.mcp);
  app.all(MCP_PATH, refuseMethod(['POST']));
  mountRoutes(app, all);
  app.use(notFound, errorHandler());
  return app;
}

function crossOrigin(origins: readonly string[]): RequestHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: [REQUEST_ID_HEADER, 'etag', 'content-range', 'accept-ranges', 'retry-after'],
    maxAge: 600,
  });
}

/** Clients look here for OAuth, without a key; any other answer than 404 would start a login. */
const noDiscovery: RequestHandler = (request, response, next) => {
  if (request.path.startsWith('/.well-known/')) notFound(request, response, next);
  else next();
};

const notFound: RequestHandler = (_request, _response, next) => {
  next(new HttpError('no_such_route', 'no such route; GET /openapi.json describes those there are'));
};
