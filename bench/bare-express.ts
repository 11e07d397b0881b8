/** The baseline of summarize-cached.ts: a bare Express handler with helmet, a log line, JSON body and one writer. */
import { randomUUID } from 'node:crypto';
import express from 'express';
import helmet from 'helmet';
import { pino } from 'pino';

const ANSWER = {
  file_key: 'a.txt',
  summary: process.env.BENCH_SUMMARY ?? '',
  model: 'none',
  cached: true,
  coverage: 1,
  etag: '"fixed"',
  usage: { input_tokens: 0, output_tokens: 0, model_calls: 0 },
};

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
app.post('/summarize', express.json(), (request, response) => {
  const { file_key } = request.body as { file_key: string };
  const body = JSON.stringify({ ...ANSWER, file_key });
  response.statusCode = 200;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
});
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  process.stderr.write(`listens on http://127.0.0.1:${port}\n`);
});
