import { proxyRefusal } from '../../server/outbound/proxy-refusal.ts';
import { CliError, credentialsError, failed, systemReason, unfinished, usageError } from '../errors.ts';

/** Body of an error: the service's own, or the gateway's. */
export interface ErrorBody {
  error?: { code?: string; message?: string; request_id?: string };
  message?: string;
}

/** An answer that is no success, as the failure to show. `text` is the body. */
export function answerError(status: number, text: string, what: string): CliError {
  const body = parseBody(text);
  const message = body?.error?.message ?? body?.message;
  const requestId = body?.error?.request_id;
  const follow = requestId === undefined ? [] : [`the request's log: mcp-s3 logs --request ${requestId}`];
  if (status === 403) {
    return credentialsError(
      `the service refused the API key`,
      [
        'with --endpoint: set MCP_S3_API_KEY to a key of this service',
        'with the credentials of its account: mcp-s3 doctor finds out why',
      ],
      'forbidden',
    );
  }
  if (status === 429 && message === 'Limit Exceeded') {
    return failed('quota_exceeded', "today's quota of requests is used up", ['it starts over at 00:00 UTC']);
  }
  if (status === 429)
    return failed('throttled', 'the service is busy: too many requests', ['try again in a moment']);
  if (status === 404 && body?.error === undefined) {
    return failed('not_a_service', `there is no mcp-s3 service at this address (404 for ${what})`, [
      'check the endpoint: it ends in the stage of the API, such as /v1',
    ]);
  }
  if (status === 400 && body?.error === undefined) {
    return usageError(`the service refused the request: ${message ?? 'bad request'}`);
  }
  if (body?.error?.code === 'bad_request') return usageError(message!, [], 'bad_request');
  if (status === 504) return unfinished('deadline', message ?? 'the service did not answer in time', follow);
  const words = message ?? `the service answered ${status} to ${what}`;
  return failed(body?.error?.code ?? `http_${status}`, words, status >= 500 ? follow : []);
}

/** A request that got no answer. */
export function connectionError(error: unknown, url: string): unknown {
  if (error instanceof CliError) return error;
  const cause = (proxyRefusal(error) ?? error) as NodeJS.ErrnoException;
  if (cause.name === 'AbortError') return error;
  const code = cause.code ?? '';
  const reason = systemReason(cause) ?? TIMEOUTS[code] ?? TLS[code];
  if (reason === undefined && !code.startsWith('UND_ERR')) return error;
  return unfinished('unreachable', `cannot reach ${url}: ${reason ?? cause.message}`, wayTo(url), error);
}

/** What to look at where a service cannot be reached. */
export function wayTo(url: string): string[] {
  return /^https?:\/\/(127\.|localhost[:/]|\[::1\])/.test(url)
    ? ['check that it runs, and at this port: mcp-s3 dev prints its address']
    : ['check the address, the network and the proxy (HTTPS_PROXY, NO_PROXY)'];
}

const TIMEOUTS: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 seconds',
  UND_ERR_HEADERS_TIMEOUT: 'no answer within 15 minutes',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped in the middle',
  UND_ERR_SOCKET: 'the connection was cut',
};

const TLS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate chain holds a self-signed one (NODE_EXTRA_CA_CERTS adds your own authority)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate cannot be verified (NODE_EXTRA_CA_CERTS adds your own authority)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function parseBody(text: string): ErrorBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}
