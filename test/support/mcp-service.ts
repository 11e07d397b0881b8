import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Asked {
  headers: IncomingMessage['headers'];
  message: { id?: string | number; method: string; params?: Record<string, unknown> };
}

export type Reply = (asked: Asked, response: ServerResponse) => void | Promise<void>;

/** A service that answers `/mcp` as a test says, and notes what it was asked. */
export interface ScriptedService {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** @param replies one for each request in their order; the last one for all that follow */
export async function scriptedService(...replies: Reply[]): Promise<ScriptedService> {
  const asked: Asked[] = [];
  const server: Server = createServer(async (request, response) => {
    const one = { headers: request.headers, message: JSON.parse((await buffer(request)).toString()) };
    asked.push(one);
    await replies[Math.min(asked.length, replies.length) - 1]!(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A good answer with this result. */
export const result =
  (value: object): Reply =>
  ({ message: { id } }, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ result: value, jsonrpc: '2.0', id }));
  };

/** An answer with a status and a body, as a gateway or a load balancer gives it. */
export const status =
  (code: number, body: object | string, headers: Record<string, string> = {}): Reply =>
  (_, response) => {
    const html = typeof body === 'string';
    response.writeHead(code, { 'content-type': html ? 'text/html' : 'application/json', ...headers });
    response.end(html ? body : JSON.stringify(body));
  };

/** An event stream of messages that ends after them. */
export const stream =
  (...messages: ((id: unknown) => object)[]): Reply =>
  ({ message: { id } }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const message of messages) response.write(`data: ${JSON.stringify(message(id))}\n\n`);
    response.end();
  };
