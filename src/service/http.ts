import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

/**
 * The one way out over HTTP for everything that is not the AWS SDK. Time limits suit answers that stream for
 * minutes: a quarter of an hour to the first header (a summary of a large file), five minutes between pieces.
 */
const TIMES = { headersTimeout: 15 * 60_000, bodyTimeout: 5 * 60_000, connectTimeout: 10_000 };

/** @param loopback this machine's own server: never through a proxy. */
export function createDispatcher(env: NodeJS.ProcessEnv, loopback: boolean): Dispatcher {
  if (loopback) return new Agent({ ...TIMES, connections: 16 });
  const httpProxy = env.HTTP_PROXY || env.http_proxy;
  const httpsProxy = env.HTTPS_PROXY || env.https_proxy;
  const noProxy = env.NO_PROXY || env.no_proxy;
  return new EnvHttpProxyAgent({
    ...TIMES,
    connections: 16,
    ...(httpProxy ? { httpProxy } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(noProxy ? { noProxy } : {}),
  });
}

/** The dispatcher for a service: what runs on this machine is never asked through a proxy. */
export function dispatcherFor(url: string, env: NodeJS.ProcessEnv): Dispatcher {
  const { hostname } = new URL(url);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return createDispatcher(env, loopback);
}
