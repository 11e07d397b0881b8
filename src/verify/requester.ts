import type { Dispatcher } from 'undici';
import { API_KEY_HEADER, DEFAULT_LIMITS, MCP_PATH } from '../../server/names.ts';
import { unfinished } from '../errors.ts';
import { backoff, TRIES } from '../service/backoff.ts';
import { connectionError } from '../service/service-error.ts';
import { WakingWait } from '../service/waking.ts';
import { sleep } from '../sleep.ts';
import type { Connection } from '../targets/target.ts';

export interface Ask {
  method?: 'GET' | 'POST';
  /** Sent as JSON; a string as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Another key than the service's; null for none. */
  key?: string | null;
  /** Sent at once, and a 429 is an answer like others. */
  burst?: boolean;
  /** Milliseconds for the whole answer. Default one minute. */
  timeoutMs?: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
  text: string;
  /** The body as JSON; undefined where it is none. */
  json: unknown;
}

export type Requester = (path: string, ask?: Ask) => Promise<Answer>;

export interface RequesterOptions {
  service: Connection;
  dispatcher: Dispatcher;
  version: string;
  signal: AbortSignal;
  /** Told of milliseconds that were waited for the sake of the limits. */
  onPause: (ms: number) => void;
  /** Told where the limits or the key kept a request from the service. */
  onTurnedAway: () => void;
}

const TIMEOUT_MS = 60_000;

/** Plain requests to the service, as anyone's program sends them, at the pace that the default limits allow. */
export function createRequester({
  service,
  dispatcher,
  version,
  signal,
  onPause,
  onTurnedAway,
}: RequesterOptions): Requester {
  const pace = pacer(DEFAULT_LIMITS.rateLimit, DEFAULT_LIMITS.burst);
  const base = new URL(service.url);

  async function once(
    path: string,
    { method, body, headers = {}, key, timeoutMs = TIMEOUT_MS }: Ask,
  ): Promise<Answer> {
    const sentKey = key === undefined ? service.apiKey : (key ?? undefined);
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await dispatcher.request({
        origin: base.origin,
        path: base.pathname.replace(/\/$/, '') + path,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          accept: 'application/json',
          'user-agent': `mcp-s3/${version}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(sentKey === undefined ? {} : { [API_KEY_HEADER]: sentKey }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
        signal: AbortSignal.any([signal, limit]),
      });
      return await answerOf(answer);
    } catch (error) {
      signal.throwIfAborted();
      if (limit.aborted) throw unfinished('timeout', `no answer within ${timeoutMs / 1000} seconds`);
      throw connectionError(error, service.url);
    }
  }

  async function paused<T>(wait: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await wait();
    onPause(performance.now() - begun);
    return result;
  }

  return async (path, ask = {}) => {
    const wait = service.waking && new WakingWait(service.waking);
    for (let attempt = 1; ; attempt++) {
      // `/mcp` has limits of its own, which a walk does not come near.
      if (!ask.burst && path !== MCP_PATH) await paused(() => pace(signal));
      const answer = await once(path, ask);
      if (wait !== undefined && !ask.burst) {
        const again = await paused(() => wait.again(answer.status, answer.headers['content-type'], signal));
        if (again) {
          attempt--;
          continue;
        }
      }
      if (answer.status !== 429 || ask.burst || attempt === TRIES) {
        if (ask.key === undefined && (answer.status === 429 || answer.status === 403)) onTurnedAway();
        return answer;
      }
      await paused(() => backoff(attempt, answer.headers['retry-after'], signal));
    }
  };
}

async function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  const bytes = Buffer.from(await body.arrayBuffer());
  const text = bytes.toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const flat = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return { status: statusCode, headers: Object.fromEntries(flat), bytes, text, json };
}

/** One request after another: as many at once as the burst, then `rate` a second. */
function pacer(rate: number, burst: number): (signal: AbortSignal) => Promise<void> {
  const gap = 1000 / rate;
  let next = 0;
  return async (signal) => {
    const now = performance.now();
    next = Math.max(next + gap, now - gap * (burst - 1));
    if (next > now) {
      await sleep(next - now, signal);
    }
  };
}

/** An answer in one line: status and the beginning of the body. */
export function shown({ status, headers, text }: Answer): string {
  const type = headers['content-type'] ?? '';
  const readable = type === '' || /json|text/.test(type);
  const body = readable ? text.trim().replace(/\s+/g, ' ') : `(${type})`;
  return `${status} ${body.length > 160 ? `${body.slice(0, 159)}…` : body}`.trim();
}
