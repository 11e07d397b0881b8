import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Passing {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface PassedAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Changes what the service says to some requests. `hang`: the answer never comes. */
export interface Fault {
  when: (request: Passing) => boolean;
  answer: ((real: PassedAnswer) => Partial<PassedAnswer>) | 'hang';
}

export interface BrokenService {
  url: string;
  /** Used from now on, instead of those before. */
  break(...faults: Fault[]): void;
  requests: Passing[];
  close(): Promise<void>;
}

/** Stands before a real service and passes everything on, but for what the faults change. Texts only. */
export async function startBrokenService(service: string): Promise<BrokenService> {
  let faults: Fault[] = [];
  const requests: Passing[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', url: path = '/', headers } = request;
    const passing = { method, path, headers, body: await text(request) };
    requests.push(passing);
    const fault = faults.find(({ when }) => when(passing));
    if (fault?.answer === 'hang') return;
    const real = await pass(service, passing);
    const { status, headers: changed, body } = { ...real, ...fault?.answer(real) };
    response.writeHead(status, { ...changed, 'content-length': Buffer.byteLength(body) }).end(body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    break: (...next) => {
      faults = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(service: string, { method, path, headers, body }: Passing): Promise<PassedAnswer> {
  const { host: _, connection: __, 'content-length': ___, ...rest } = headers;
  const answer = await fetch(service + path, {
    method,
    headers: rest as Record<string, string>,
    ...(method === 'POST' ? { body } : {}),
  });
  return {
    status: answer.status,
    headers: Object.fromEntries([...answer.headers].filter(([name]) => !PER_CONNECTION.has(name))),
    body: await answer.text(),
  };
}

const PER_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']);
