import type { Dispatcher } from 'undici';
import { proxyRefusal } from './proxy-refusal.ts';

interface SdkRequest {
  protocol: string;
  hostname: string;
  port?: number;
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/**
 * Sends the AWS SDK's requests through our own dispatcher: one pool and one set of time limits for everything,
 * proxies from the environment, and HTTP/1.1, which plain endpoints understand (the Bedrock client itself would
 * speak HTTP/2 and knows no proxy).
 */
export function undiciHandler(dispatcher: Dispatcher) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest, options: { abortSignal?: unknown } = {}) {
      const { statusCode, headers, body } = await dispatcher
        .request({
          origin: originOf(request),
          path: request.path + queryOf(request.query),
          method: request.method as Dispatcher.HttpMethod,
          headers: withoutExpect(request.headers),
          body: (request.body as string | Uint8Array | undefined) ?? null,
          signal: (options.abortSignal as AbortSignal | undefined) ?? null,
        })
        .catch((error) => {
          throw retryable(error);
        });
      return { response: { statusCode, headers: flatHeaders(headers), body } };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

/** undici's own words, and the system's, by which the AWS SDK knows that another try may help. */
const SYSTEM_CODES: Record<string, string> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
};

/** A connection that was kept and is closed by the other side just then, for one. */
function retryable(error: unknown): unknown {
  const refusal = proxyRefusal(error);
  if (refusal !== undefined) return refusal;
  const { code = '', message } = error as { code?: string; message?: string };
  const known = SYSTEM_CODES[code];
  return known === undefined ? error : Object.assign(new Error(message, { cause: error }), { code: known });
}

/** S3 asks to be waited for before a large body; undici refuses the header, which no signature covers. */
function withoutExpect({ Expect, expect, ...headers }: Record<string, string>): Record<string, string> {
  return headers;
}

function originOf({ protocol, hostname, port }: SdkRequest): string {
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
}

/** In the order and the encoding that the signature was made over (Signature Version 4, "URI encode"). */
function queryOf(query: SdkRequest['query'] = {}): string {
  const pairs = Object.keys(query)
    .sort()
    .flatMap((name) =>
      [query[name]]
        .flat()
        .map((value) => (value == null ? uriEncode(name) : `${uriEncode(name)}=${uriEncode(value)}`)),
    );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function flatHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
