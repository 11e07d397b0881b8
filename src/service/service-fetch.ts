import { type Dispatcher, fetch as undiciFetch } from 'undici';
import { API_KEY_HEADER } from '../../server/names.ts';
import { unfinished } from '../errors.ts';
import { backoff, TRIES } from './backoff.ts';
import { answerError, connectionError, wayTo } from './service-error.ts';
import { type Waking, WakingWait } from './waking.ts';

export interface ServiceFetchOptions {
  /** Base URL of the service, for the words of failures. */
  url: string;
  apiKey?: string | undefined;
  dispatcher: Dispatcher;
  version: string;
  /** Of a service that may sleep: it is woken and waited for. */
  waking?: Waking | undefined;
}

/** Answers after which asking again in another form is no use: the key, the quota, another kind of server. */
const FINAL = new Set([403, 404]);

/**
 * `fetch` for an MCP client: through our dispatcher, with the key, and patient when the gateway says 429. A refused
 * key, a used-up quota and a service that cannot be reached reject with a CliError.
 */
export function serviceFetch({ url, apiKey, dispatcher, version, waking }: ServiceFetchOptions) {
  return async (target: string | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('user-agent', `mcp-s3/${version}`);
    if (apiKey !== undefined) headers.set(API_KEY_HEADER, apiKey);
    const wait = waking && new WakingWait(waking);
    for (let attempt = 1; ; attempt++) {
      const answer = await send(target, { ...init, headers }, dispatcher).catch((error) => {
        throw fetchError(error, url);
      });
      if (await wait?.again(answer.status, answer.headers.get('content-type'), init.signal ?? undefined)) {
        await answer.body?.cancel();
        attempt--;
        continue;
      }
      if (answer.status !== 429 && !FINAL.has(answer.status)) return answer;
      const error = answerError(
        answer.status,
        await answer.text(),
        `${init.method ?? 'GET'} ${new URL(target).pathname}`,
      );
      if (error.code !== 'throttled' || attempt === TRIES) throw error;
      await backoff(attempt, answer.headers.get('retry-after'), init.signal ?? undefined);
    }
  };
}

/** undici's fetch, and not Node's own: a dispatcher must be of the same undici. */
async function send(target: string | URL, init: RequestInit, dispatcher: Dispatcher): Promise<Response> {
  const options = { ...init, dispatcher } as unknown as Parameters<typeof undiciFetch>[1];
  return (await undiciFetch(target, options)) as unknown as Response;
}

/** What stands behind "fetch failed". */
function fetchError(error: unknown, url: string): unknown {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error;
  const known = connectionError(error.cause, url);
  if (known !== error.cause) return known;
  return unfinished('unreachable', `cannot reach ${url}: ${error.cause.message}`, wayTo(url), error);
}
