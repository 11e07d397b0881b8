import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer } from './answer.ts';
import { sendReply, streamReply } from './stream.ts';

export { type Answer, type ContentBlock, type Reply, refusal, throttled } from './answer.ts';

export interface BedrockRequest {
  modelId: string;
  /** ConverseStream, not Converse. */
  streaming: boolean;
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what was sent.
  body: any;
  /** Texts of the system prompt, put together. */
  system: string;
  /** Texts of the last message, put together. */
  user: string;
  /** Resolves when the client has gone before the answer's end. */
  left: Promise<void>;
}

export interface BedrockServer {
  url: string;
  requests: BedrockRequest[];
  /** What the next calls are answered, in this order. */
  next(...answers: Answer[]): void;
  /** What all calls are answered for which there is no next answer. */
  answer(how: Answer | ((request: BedrockRequest) => Answer)): void;
  /** Resolves when so many calls have arrived. */
  called(count: number): Promise<void>;
  /** Calls under way, now and at most. */
  load: { now: number; most: number };
  close(): Promise<void>;
}

const ROUTE = /^\/model\/([^/]+)\/converse(-stream)?$/;
const running = new Set<BedrockServer>();

/** Starts a server on a free port of the loopback interface. See README.md for what it can answer. */
export async function startBedrockServer(): Promise<BedrockServer> {
  const queue: Answer[] = [];
  let standard: Answer | ((request: BedrockRequest) => Answer) = { text: 'A short summary.' };
  let waiting: { count: number; resolve: () => void }[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, modelId, stream] = ROUTE.exec(request.url ?? '') ?? [];
    const body = await text(request);
    if (request.method !== 'POST' || modelId === undefined) {
      response.writeHead(404, { 'x-amzn-errortype': 'UnknownOperationException' }).end('{}');
      return;
    }
    const parsed = JSON.parse(body);
    const call: BedrockRequest = {
      modelId: decodeURIComponent(modelId),
      streaming: stream !== undefined,
      headers: request.headers,
      body: parsed,
      system: textsOf(parsed.system),
      user: textsOf(parsed.messages?.at(-1)?.content),
      left: new Promise((resolve) =>
        response.once('close', () => void (response.writableFinished || resolve())),
      ),
    };
    server.load.most = Math.max(server.load.most, ++server.load.now);
    response.once('close', () => server.load.now--);
    server.requests.push(call);
    const answer = queue.shift() ?? (typeof standard === 'function' ? standard(call) : standard);
    for (const { count, resolve } of waiting) if (server.requests.length >= count) resolve();
    waiting = waiting.filter(({ count }) => server.requests.length < count);
    if ('silent' in answer) return;
    if ('refusal' in answer) {
      const { type, status, message, headers } = answer.refusal;
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type, ...headers })
        .end(JSON.stringify({ message }));
      return;
    }
    if (call.streaming) await streamReply(response, answer, body.length);
    else sendReply(response, answer, body.length);
  }

  const http = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.destroy(error));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: BedrockServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests: [],
    load: { now: 0, most: 0 },
    next: (...answers) => void queue.push(...answers),
    answer: (how) => (standard = how),
    called: (count) =>
      new Promise((resolve) => {
        if (server.requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async close() {
      running.delete(server);
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  running.add(server);
  return server;
}

/** Ends every server of the test. */
export async function closeBedrockServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.close()));
}

function textsOf(blocks: { text?: string }[] | undefined): string {
  return (blocks ?? []).map(({ text: part }) => part ?? '').join('');
}
