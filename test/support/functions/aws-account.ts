import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setEnvironment } from '../environment.ts';
import { type Operations, operations } from './aws-operations.ts';

/** One call of an action, such as `UpdateService`. */
export interface Call {
  action: string;
  input: Record<string, unknown>;
}

/** What an AWS API answers instead of doing it. */
export interface Refusal {
  status: number;
  type: string;
  message: string;
}

export interface ApiKey {
  id: string;
  enabled: boolean;
  tags?: Record<string, string>;
}

/**
 * The few AWS APIs that the functions call, on one port, over one small model of a stage: an ECS service behind a
 * target group, its scalable target, its log, API keys, a secret, and other functions to invoke.
 */
export class AwsAccount {
  readonly service = {
    desired: 1,
    running: 1,
    tags: new Map<string, string>(),
    createdAt: 0,
    rollout: 'COMPLETED',
    gone: false,
  };
  bounds: Record<string, unknown> | undefined = { MinCapacity: 1, MaxCapacity: 4 };
  healthy = 1;
  /** Lines of the service's log. */
  readonly log: { timestamp: number; message: string }[] = [];
  readonly apiKeys: ApiKey[] = [];
  secret = '';
  /** By name: what an invocation runs. */
  readonly functions = new Map<string, (event: unknown) => Promise<unknown>>();
  readonly calls: Call[] = [];
  /** By action: what it answers instead. */
  readonly refusals = new Map<string, Refusal>();
  /** By action: what happens before it is done. */
  readonly before = new Map<string, () => Promise<void> | void>();

  readonly #operations: Operations = operations(this);
  readonly #server = http.createServer((request, response) => void this.#answer(request, response));
  #restore: () => void = () => undefined;

  /** Starts it, and points the AWS SDK of this process to it. */
  static async start(): Promise<AwsAccount> {
    const account = new AwsAccount();
    account.#server.listen(0, '127.0.0.1');
    await once(account.#server, 'listening');
    const environment = {
      AWS_ENDPOINT_URL: account.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    account.#restore = setEnvironment(environment);
    return account;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Inputs of the calls of one action. */
  callsOf(action: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.action === action).map(({ input }) => input);
  }

  async close(): Promise<void> {
    this.#restore();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { action, input } = callOf(request, body);
    this.calls.push({ action, input });
    await this.before.get(action)?.();
    const operation = this.#operations[action];
    const refusal =
      this.refusals.get(action) ??
      (operation === undefined
        ? { status: 400, type: 'UnknownOperationException', message: action }
        : undefined);
    if (refusal !== undefined) {
      const { status, type, message } = refusal;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type });
      response.end(JSON.stringify({ __type: type, message }));
      return;
    }
    const { headers = {}, answer } = await operation!(input);
    const xml = typeof answer === 'string';
    response.writeHead(200, { 'content-type': xml ? 'text/xml' : 'application/x-amz-json-1.1', ...headers });
    response.end(xml ? answer : JSON.stringify(answer));
  }
}

/** The action and its input, of whichever of AWS's protocols. */
function callOf({ headers, method, url }: http.IncomingMessage, body: string): Call {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return { action: target.split('.').at(-1)!, input: JSON.parse(body) };
  const { pathname, searchParams } = new URL(url!, 'http://aws');
  const invocation = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname);
  if (invocation)
    return { action: 'Invoke', input: { name: decodeURIComponent(invocation[1]!), event: JSON.parse(body) } };
  if (pathname === '/apikeys') return { action: 'GetApiKeys', input: Object.fromEntries(searchParams) };
  if (pathname.startsWith('/apikeys/')) {
    return { action: 'UpdateApiKey', input: { id: pathname.split('/')[2], method, ...JSON.parse(body) } };
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  return { action: form.Action ?? `${method} ${pathname}`, input: form };
}
