import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AwsCall, isHeld, recognize } from './aws-call.ts';
import { type Answer, type Deed, refusal } from './fault.ts';

/** What to send in place of a call's own body, and what to do once it is answered. */
export interface Rewritten {
  body: string;
  /** Instead of those that came. */
  headers?: Record<string, string>;
  done?: () => Promise<void>;
}

/** Undefined: the call passes as it is. */
export type Rewrite = (call: AwsCall) => Promise<Rewritten | undefined>;

export interface Rule {
  /** The action itself, or a pattern of it; see {@link AwsCall.action}. */
  action: string | RegExp;
  do: Deed;
  /** How many calls it meets. Default: all. */
  times?: number;
  /** How many calls pass before. */
  after?: number;
}

/** A rule at work. */
export interface Rigged {
  /** Calls that it has met. */
  readonly hits: number;
  remove(): void;
}

/**
 * Stands between the product and an emulator, on a port of its own: writes down every call, and does to some of
 * them what AWS or the network may do. Headers pass untouched, so that signatures stay good.
 */
export class AwsProxy {
  /** Every call so far, in order. */
  readonly calls: AwsCall[] = [];
  private readonly rules: { rule: Rule; met: number; hits: number }[] = [];
  // Idle connections go before the emulator closes them under a request.
  private readonly agent = new Agent({ keepAlive: true, timeout: 2000 });
  private readonly server = createServer((incoming, outgoing) => {
    this.handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  private readonly target: URL;
  private readonly rewrite: Rewrite;

  private constructor(target: string, rewrite: Rewrite) {
    this.target = new URL(target);
    this.rewrite = rewrite;
  }

  static async start(target: string, rewrite: Rewrite = async () => undefined): Promise<AwsProxy> {
    const proxy = new AwsProxy(target, rewrite);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** How often the action was called, or one of those that match. */
  count(action: string | RegExp): number {
    return this.calls.filter((call) => matches(action, call)).length;
  }

  /** The newest rule that meets a call decides. */
  rig(rule: Rule): Rigged {
    const entry = { rule, met: 0, hits: 0 };
    this.rules.unshift(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        const at = this.rules.indexOf(entry);
        if (at >= 0) this.rules.splice(at, 1);
      },
    };
  }

  /** Forgets calls and rules. */
  reset(): void {
    this.calls.length = 0;
    this.rules.length = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.agent.destroy();
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = isHeld(headers) ? await readAll(incoming) : undefined;
    const call = recognize(method, url, headers, body?.toString() ?? '');
    this.calls.push(call);
    const deed = await this.deedFor(call);
    if (deed === 'cut') {
      outgoing.destroy();
    } else if (typeof deed === 'object') {
      incoming.resume();
      outgoing.writeHead(deed.status, deed.headers).end(deed.body);
    } else {
      const rewritten = await this.rewrite(call);
      const sent = rewritten === undefined ? body : Buffer.from(rewritten.body);
      try {
        await this.forward(incoming, outgoing, sent, { lose: deed === 'lose', changed: rewritten?.headers });
      } finally {
        await rewritten?.done?.();
      }
    }
  }

  private async deedFor(call: AwsCall): Promise<Answer | 'cut' | 'lose' | undefined> {
    for (const entry of this.rules) {
      const { rule } = entry;
      if (!matches(rule.action, call)) continue;
      const turn = entry.met++ - (rule.after ?? 0);
      if (turn < 0 || turn >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      entry.hits++;
      const deed = typeof rule.do === 'function' ? await rule.do(call) : rule.do;
      if (deed === undefined) continue;
      return deed === 'deny' || deed === 'throttle' || deed === 'fail' ? refusal(call, deed) : deed;
    }
    return undefined;
  }

  /** Ends with the answer, or with either connection. */
  private forward(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    body: Buffer | undefined,
    { lose, changed = {} }: { lose: boolean; changed: Record<string, string> | undefined },
  ): Promise<void> {
    const { hostname, port } = this.target;
    const headers = incoming.rawHeaders.map((text, index, all) =>
      index % 2 === 0 ? text : (changed[all[index - 1]!.toLowerCase()] ?? text),
    );
    // As if it came by TLS: policies that allow nothing else hold here too.
    headers.push('X-Forwarded-Proto', 'https');
    const { method, url: path } = incoming;
    return new Promise((resolve) => {
      const sent = request({ hostname, port, method, path, headers, agent: this.agent, setHost: false });
      sent.on('response', (answer) => {
        if (lose) {
          answer.resume().on('end', () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode!, answer.rawHeaders);
        answer.on('error', () => outgoing.destroy()).pipe(outgoing);
      });
      sent.on('error', () => outgoing.destroy());
      outgoing.on('close', () => {
        if (!outgoing.writableFinished) sent.destroy();
        resolve();
      });
      if (body === undefined) incoming.pipe(sent);
      else sent.end(body);
    });
  }
}

function matches(action: string | RegExp, call: AwsCall): boolean {
  return typeof action === 'string' ? action === call.action : action.test(call.action);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
