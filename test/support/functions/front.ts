import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** What a front does with one request instead of passing it on. */
export type Fault =
  | { status: number; body: string; type?: string; headers?: Record<string, string> }
  /** Cuts the connection without an answer. */
  | 'reset'
  /** Passes the answer on and cuts it after its first piece. */
  | 'cut'
  /** Passes the answer on byte by byte. */
  | 'bytes'
  /** Begins to answer and goes silent. */
  | 'stall';

/** What the load balancer answers without a healthy task. */
export const BALANCER_503: Fault = {
  status: 503,
  type: 'text/html',
  body: '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n</html>\r\n',
};

/** Stands between a client and the service, as API Gateway and the load balancer do. */
export interface Front {
  url: string;
  /** Paths asked for, `POST /summarize`. */
  requests: string[];
  close(): Promise<void>;
}

/** @param fault looked up for each request, counted from 1; undefined passes it on */
export async function startFront(
  target: string,
  fault: (nth: number) => Fault | undefined | Promise<Fault | undefined>,
): Promise<Front> {
  const requests: string[] = [];
  const server = http.createServer(async (request, response) => {
    const nth = requests.push(`${request.method} ${request.url}`);
    const what = await fault(nth);
    if (what === 'reset') request.socket.destroy();
    else if (what === 'stall')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    else if (typeof what === 'object') {
      request.resume();
      const { status, body, type = 'application/json', headers } = what;
      response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    } else passOn(target, request, response, what);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function passOn(
  target: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  how: 'cut' | 'bytes' | undefined,
): void {
  const { method, headers, url } = request;
  const onward = http.request(target + url, { method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    if (how === 'cut') {
      answer.once('data', (piece) => response.write(piece.subarray(0, 20), () => response.destroy()));
    } else if (how === 'bytes') Readable.from(bytesOf(answer)).pipe(response);
    else answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

async function* bytesOf(answer: http.IncomingMessage): AsyncGenerator<Buffer> {
  for await (const piece of answer) {
    for (const byte of piece) {
      yield Buffer.of(byte);
      await turn();
    }
  }
}
