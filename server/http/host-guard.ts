import type { Request, RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';
import { HEALTH_PATH } from '../names.ts';
import { HttpError } from './error-table.ts';

/** Names under which a server on this machine may be spoken to. */
export const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'] as const;

/**
 * Refuses requests whose `Host` or `Origin` names another site: DNS rebinding lets a web page speak to a server
 * on the visitor's own machine (MCP specification, Streamable HTTP, "Security Warning"). `/health` is left out,
 * because a load balancer asks for it by address.
 *
 * @param allowedHosts host names without port, IPv6 in brackets; undefined while nothing is to be refused. Asked for
 *   each request, because it is the address listened on that decides.
 * @param allowedOrigins origins admitted besides, those of CORS.
 */
export function hostGuard(
  allowedHosts: () => readonly string[] | undefined,
  allowedOrigins: readonly string[],
): RequestHandler {
  return (request, _response, next) => {
    const hosts = allowedHosts();
    if (hosts === undefined || request.path === HEALTH_PATH) return next();
    if (namesHostTwice(request))
      return next(new ServiceError('bad_request', 'the request names its host twice'));
    const { origin } = request.headers;
    const host = targetHost(request) ?? request.headers.host;
    if (host === undefined || !hosts.includes(hostName(host))) {
      return next(new HttpError('forbidden_host', `this server does not answer for host ${quote(host)}`));
    }
    if (origin !== undefined && !allowedOrigins.includes(origin) && !hosts.includes(originHost(origin))) {
      return next(new HttpError('forbidden_host', `this server does not answer pages of ${quote(origin)}`));
    }
    next();
  };
}

/** Whether an address to listen on is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** RFC 9112, section 3.2: such a request is refused. Node takes the first, others on the way may take the last. */
function namesHostTwice({ rawHeaders }: Request): boolean {
  let found = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length !== 4 || rawHeaders[i]!.toLowerCase() !== 'host') continue;
    if (found) return true;
    found = true;
  }
  return false;
}

/** The host of a request whose target is a whole URL: it counts instead of `Host` (RFC 9112, section 3.2.2). */
function targetHost({ originalUrl }: Request): string | undefined {
  return originalUrl.startsWith('/') ? undefined : /^[a-z]+:\/\/([^/?#]*)/i.exec(originalUrl)?.[1];
}

function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

function originHost(origin: string): string {
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match ? hostName(match[1]!) : '';
}

function quote(value: string | undefined): string {
  return JSON.stringify((value ?? '').slice(0, 100));
}
