import { S3Client } from '@aws-sdk/client-s3';
import { Agent } from 'undici';
import type { RegionalConnection } from '../../../src/aws/connection.ts';
import { freePort } from '../free-port.ts';
import { ACCOUNT, type Ministack, ROOT_KEYS, startMinistack } from './ministack.ts';
import { AwsProxy } from './proxy.ts';
import { templateReducer } from './template-reducer.ts';

export const REGION = 'eu-central-1';

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** An empty AWS account that enforces IAM, with a proxy before it. */
export interface Emulator {
  /** Of the proxy: what the product is given as AWS_ENDPOINT_URL. */
  url: string;
  proxy: AwsProxy;
  /** Of MiniStack itself: what a test does here is not counted. */
  direct: string;
  account: string;
  /** Keys that no policy holds. */
  root: Keys;
  region: string;
  /** Of MiniStack's environment. */
  python: string;
  /** Environment of a command that works with these keys; default: the account's root. */
  env(keys?: Keys): Record<string, string>;
  /** For an adapter of src/aws, through the proxy. */
  connection(keys?: Keys): RegionalConnection;
  /** A client of the SDK as root, past the proxy: for what the test itself does. */
  client<T>(Client: new (config: ClientConfig) => T): T;
  close(): Promise<void>;
}

interface ClientConfig {
  region: string;
  endpoint: string;
  credentials: Keys;
  forcePathStyle?: boolean;
}

/** Starts one for a test file: about half a second. Close it in `after`. */
export async function startEmulator({ auth = true }: { auth?: boolean } = {}): Promise<Emulator> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const port = await freePort();
  const direct = `http://127.0.0.1:${port}`;
  const client = <T>(Client: new (config: ClientConfig) => T): T =>
    new Client({ region: REGION, endpoint: direct, credentials: ROOT_KEYS, forcePathStyle: true });
  const s3 = client(S3Client);
  const secrets = new Map<string, string>();
  const known = (keys: Keys): Keys => {
    secrets.set(keys.accessKeyId, keys.secretAccessKey);
    return keys;
  };
  known(ROOT_KEYS);
  const proxy = await AwsProxy.start(direct, templateReducer(s3, secrets));
  let ministack: Ministack;
  try {
    ministack = await startMinistack({ port, functionsAsk: proxy.url, auth });
  } catch (error) {
    await proxy.close();
    throw error;
  }
  const dispatcher = new Agent({ headersTimeout: 120_000 });
  const env = (keys: Keys = ROOT_KEYS) => ({
    PATH: process.env.PATH ?? '',
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: known(keys).accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    // Nothing of the person's own.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return {
    url: proxy.url,
    proxy,
    direct,
    account: ACCOUNT,
    root: ROOT_KEYS,
    region: REGION,
    python: ministack.python,
    env,
    connection: (keys = ROOT_KEYS) => ({
      region: REGION,
      env: { AWS_ENDPOINT_URL: proxy.url },
      dispatcher,
      credentials: async () => known(keys),
    }),
    client,
    async close() {
      await proxy.close();
      await dispatcher.destroy();
      s3.destroy();
      await ministack.close();
    },
  };
}
