/**
 * The peers of mcp.ts and mcp-s3.ts, one a process, named by BENCH_PEER: the stateless example of
 * `@modelcontextprotocol/sdk`, `createMcpHandler` of `@modelcontextprotocol/server`, and a bare Express handler
 * without the protocol. All have the middleware of our server (id, one log line, helmet), read the body with
 * express.json and answer `read_file` with the whole file, from a folder or with one GetObject. The first two register
 * our tools, of which only `read_file` does anything.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as Server1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer as Server2 } from '@modelcontextprotocol/server';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import { pino } from 'pino';
import { toolList } from '../server/mcp/tool-list.ts';

const { BENCH_PEER, BENCH_FOLDER, BENCH_BUCKET, AWS_ENDPOINT_URL } = process.env;
const INFO = { name: 'peer', version: '1.0.0' };
const TOOLS = toolList({ allowWrites: true });

type Args = { file_key: string };
type Answer = { content: { type: 'text'; text: string }[] };

const read = BENCH_BUCKET === undefined ? fromFolder : fromS3(BENCH_BUCKET);

function fromFolder(key: string): Promise<string> {
  return readFile(path.join(BENCH_FOLDER!, key), 'utf8');
}

function fromS3(bucket: string): (key: string) => Promise<string> {
  const client = new S3Client({
    forcePathStyle: true,
    ...(AWS_ENDPOINT_URL && { endpoint: AWS_ENDPOINT_URL }),
  });
  return async (key) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body!.transformToString();
  };
}

async function run(name: string, args: Args): Promise<Answer> {
  return { content: [{ type: 'text', text: name === 'read_file' ? await read(args.file_key) : '' }] };
}

/** Registers our tools, as every server of either library does it. */
function register(server: { registerTool: (name: string, config: object, run: never) => unknown }): void {
  for (const { name, title, description, input, annotations } of TOOLS) {
    const config = { title, description, inputSchema: input, annotations };
    server.registerTool(name, config, ((args: Args) => run(name, args)) as never);
  }
}

/** sdk/examples/server/simpleStatelessStreamableHttp.js: a server and a transport for each request. */
const sdk1: RequestHandler = async (request, response) => {
  const server = new Server1(INFO);
  register(server as never);
  const transport = new StreamableHTTPServerTransport({} as never);
  response.on('close', () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport as never);
  await transport.handleRequest(request, response, request.body);
};

/** The README of `@modelcontextprotocol/server`: both generations. */
function sdk2(): RequestHandler {
  const answer = toNodeHandler(
    createMcpHandler(() => {
      const server = new Server2(INFO);
      register(server as never);
      return server;
    }),
  );
  return (request, response) => answer(request as never, response, request.body);
}

const bare: RequestHandler = async (request, response) => {
  const { id, params } = request.body as { id: number; params: { name: string; arguments: Args } };
  const result = await run(params.name, params.arguments);
  const body = JSON.stringify({ result, jsonrpc: '2.0', id });
  response.statusCode = 200;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
};

const handler = { sdk1, sdk2: sdk2(), bare }[BENCH_PEER ?? ''];
if (handler === undefined) throw new Error(`no such peer: ${BENCH_PEER}`);

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
