import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoginGate {
  /** `127.0.0.1:<port>` */
  host: string;
  /** What was let through, and what was not. */
  requests: { method: string; path: string; allowed: boolean }[];
  close(): Promise<void>;
}

/** Stands before a registry and lets through only who logs in, with the challenge that ECR gives. */
export async function startLoginGate(behind: string, login: string): Promise<LoginGate> {
  const requests: LoginGate['requests'] = [];
  const wanted = `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((asked, response) => {
    const allowed = asked.headers.authorization === wanted;
    requests.push({ method: asked.method!, path: asked.url!, allowed });
    if (allowed) return pass(behind, asked, response);
    asked.resume();
    response
      .writeHead(401, { 'www-authenticate': `Basic realm="${host}",service="ecr.amazonaws.com"` })
      .end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    requests,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pass(behind: string, asked: IncomingMessage, response: ServerResponse): void {
  const onward = request(
    new URL(asked.url!, behind),
    { method: asked.method!, headers: asked.headers },
    (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  asked.pipe(onward);
}
