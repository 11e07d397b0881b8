import type { Dispatcher } from 'undici';
import { undiciHandler } from './undici-handler.ts';

/** How Bedrock is reached. What is absent is found as the AWS SDK finds it. */
export interface BedrockConnection {
  region?: string | undefined;
  profile?: string | undefined;
  env: NodeJS.ProcessEnv;
  dispatcher: Dispatcher;
}

/**
 * Configuration of an SDK client.
 * @param service name of the service in `AWS_ENDPOINT_URL_<SERVICE>` (AWS SDKs reference, "Service-specific endpoints")
 */
export function clientConfig(
  { region, profile, env, dispatcher }: BedrockConnection,
  service: 'BEDROCK' | 'BEDROCK_RUNTIME',
) {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL;
  return {
    // Throttling is retried by the SDK, with jitter.
    maxAttempts: 5,
    requestHandler: undiciHandler(dispatcher),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint ? { endpoint } : {}),
  };
}
