import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { proxiedHandler } from '../../outbound/proxied-handler.ts';
import { quietLogger } from '../../outbound/quiet-logger.ts';
import { bedrockFailure } from './failure.ts';
import { modelName } from './model-traits.ts';

export interface BedrockConnection {
  /** As the AWS SDK finds it when absent: `AWS_REGION`, then the profile's. */
  region?: string | undefined;
  /** AWS profile, instead of the SDK's own search for credentials. */
  profile?: string | undefined;
  /** Another server that speaks Bedrock; the SDK also takes `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`. */
  endpoint?: string | undefined;
  /** Instead of those that the AWS SDK finds. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** Names the proxy to go through, if any. Default: the process's. */
  env?: NodeJS.ProcessEnv | undefined;
}

/** Milliseconds for a connection. Without a route to Bedrock (a missing VPC endpoint) packets just vanish. */
const CONNECT_TIMEOUT = 10_000;
const CONNECTIONS = 256;

/**
 * HTTP/1.1 and not the client's default of HTTP/2: it speaks to plain endpoints too, and a broken connection takes
 * one call with it, not all. Retries are ours, because a stream can also fail after it began.
 */
export function createBedrockClient({
  region,
  profile,
  endpoint,
  credentials,
  env = process.env,
}: BedrockConnection = {}): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    maxAttempts: 1,
    requestHandler:
      proxiedHandler(env, { connections: CONNECTIONS, connectTimeout: CONNECT_TIMEOUT }) ??
      new NodeHttpHandler({
        connectionTimeout: CONNECT_TIMEOUT,
        httpAgent: { keepAlive: true, maxSockets: CONNECTIONS },
        httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS },
      }),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile, logger: quietLogger }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

/**
 * Looks whether there are a region and credentials to call Bedrock with; asks AWS nothing but what the search for
 * credentials itself asks. Throws ServiceError `model_failed` with the remedy.
 */
export async function checkAccess(connection: BedrockConnection, model: string): Promise<void> {
  const client = createBedrockClient(connection);
  try {
    await client.config.region();
    if (!process.env.AWS_BEARER_TOKEN_BEDROCK) await client.config.credentials();
  } catch (error) {
    throw bedrockFailure(error, modelName(model)).told;
  } finally {
    client.destroy();
  }
}
