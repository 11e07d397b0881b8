import type { Dispatcher } from 'undici';
import { undiciHandler } from '../../server/outbound/undici-handler.ts';

/** How AWS is reached, shared by all clients of a command. What is absent is found as the AWS SDK finds it. */
export interface AwsConnection {
  region?: string | undefined;
  profile?: string | undefined;
  env: NodeJS.ProcessEnv;
  dispatcher: Dispatcher;
  /** Found once and kept until they expire, so that no client signs in on its own. */
  credentials?: CredentialProvider | undefined;
}

/** An {@link AwsConnection} of which the region is known, as every service but Bedrock's own lookup needs it. */
export interface RegionalConnection extends AwsConnection {
  region: string;
}

export type CredentialProvider = () => Promise<{
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}>;

/**
 * Configuration of an SDK client.
 * @param service name of the service in `AWS_ENDPOINT_URL_<SERVICE>` (AWS SDKs reference, "Service-specific endpoints")
 */
export function clientConfig(connection: AwsConnection, service: string) {
  const { region, profile, env, dispatcher, credentials } = connection;
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL;
  return {
    // Throttling is retried by the SDK, with jitter.
    maxAttempts: 5,
    requestHandler: undiciHandler(dispatcher),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
    // An endpoint of one's own has one host: nothing stands before it ("streaming-" of the live tail).
    ...(endpoint ? { endpoint, disableHostPrefix: true } : {}),
  };
}

type Config = ReturnType<typeof clientConfig>;

const clients = new WeakMap<AwsConnection, Map<unknown, unknown>>();

/** The connection's one client of a service, made when it is first needed. */
export function clientOf<T>(
  connection: AwsConnection,
  Client: new (config: Config) => T,
  service: string,
): T {
  const known = clients.get(connection) ?? new Map<unknown, unknown>();
  clients.set(connection, known);
  if (!known.has(Client)) known.set(Client, new Client(clientConfig(connection, service)));
  return known.get(Client) as T;
}
