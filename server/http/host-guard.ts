import type { RequestHandler } from 'express';
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
    const { host, origin } = request.headers;
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
