import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

export interface ConnectionLimits {
  /** Connections at once to one host. */
  connections?: number;
  /** Milliseconds until an answer begins. */
  headersTimeout?: number;
  /** Milliseconds between the pieces of an answer. */
  bodyTimeout?: number;
  /** Milliseconds for a connection. */
  connectTimeout?: number;
}

/**
 * Suits answers that stream for minutes: a quarter of an hour to the first header (a summary of a large file), five
 * minutes between pieces.
 */
const LIMITS: ConnectionLimits = {
  connections: 16,
  headersTimeout: 15 * 60_000,
  bodyTimeout: 5 * 60_000,
  connectTimeout: 10_000,
};

/** What runs on this machine, which is never asked through a proxy. */
const THIS_MACHINE = 'localhost,127.0.0.1,[::1]';

/**
 * The way out over HTTP: through the proxies that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).
 * @param loopback this machine's own server: never through a proxy.
 */
export function createDispatcher(
  env: NodeJS.ProcessEnv,
  loopback: boolean,
  limits: ConnectionLimits = {},
): Dispatcher {
  const options = { ...LIMITS, ...limits };
  if (loopback) return new Agent(options);
  const httpProxy = env.HTTP_PROXY || env.http_proxy;
  const httpsProxy = env.HTTPS_PROXY || env.https_proxy;
  const noProxy = (env.NO_PROXY || env.no_proxy || '').trim();
  return new EnvHttpProxyAgent({
    ...options,
    ...(httpProxy ? { httpProxy } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
    noProxy: noProxy === '*' ? noProxy : `${noProxy},${THIS_MACHINE}`,
  });
}

/** The dispatcher for a service: what runs on this machine is never asked through a proxy. */
export function dispatcherFor(url: string, env: NodeJS.ProcessEnv): Dispatcher {
  const { hostname } = new URL(url);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return createDispatcher(env, loopback);
}
