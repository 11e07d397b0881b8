/** What all peers of mcp.ts share: the middleware of our server (id, one log line, helmet) and the body reading. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import { pino } from 'pino';

/** Gives the text of a file. */
export type ReadText = (key: string) => Promise<string>;

export const fromFolder: ReadText = (key) => readFile(path.join(process.env.BENCH_FOLDER!, key), 'utf8');

export function serve(handler: RequestHandler): void {
  const log = pino({ base: null }, pino.destination({ dest: 1, sync: true }));
  const app = express().disable('x-powered-by').disable('etag');
  app.use((request, response, next) => {
    const id = randomUUID();
    const began = performance.now();
    response.setHeader('x-request-id', id);
    response.once('close', () => {
      const { method, path } = request;
      const duration_ms = performance.now() - began;
      log.info({ request_id: id, method, path, status: response.statusCode, duration_ms }, 'request');
    });
    next();
  });
  app.use(helmet());
  app.post('/mcp', express.json(), handler);
  const server = app.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number };
    process.stderr.write(`listens on http://127.0.0.1:${port}\n`);
  });
}
