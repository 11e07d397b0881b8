import type { ConnectionLimits } from './dispatcher.ts';
import { undiciHandler } from './undici-handler.ts';

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/**
 * Sends the AWS SDK's requests through the proxy that the environment names; undefined where it names none: the SDK's
 * own connections are the quicker ones then, and nothing needs to be loaded.
 */
export function proxiedHandler(env: NodeJS.ProcessEnv, limits: ConnectionLimits) {
  if (!PROXIES.some((name) => env[name])) return undefined;
  type Asked = Parameters<ReturnType<typeof undiciHandler>['handle']>;
  const open = async () => {
    // undici is large.
    const { createDispatcher } = await import('./dispatcher.ts');
    const dispatcher = createDispatcher(env, false, limits);
    return { ...undiciHandler(dispatcher), dispatcher };
  };
  let opened: ReturnType<typeof open> | undefined;
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(...asked: Asked) {
      opened ??= open();
      return (await opened).handle(...asked);
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    /** Ends its connections; requests that are under way fail. */
    destroy() {
      void opened?.then(({ dispatcher }) => dispatcher.destroy());
    },
  };
}
