import { S3Client } from '@aws-sdk/client-s3';
import { callsTo } from './call.ts';
import { clientConfig, type RegionalConnection } from './connection.ts';
import { whoAmI } from './identity.ts';

/** The call that it belongs to is ended without it. */
const NEVER = new AbortController().signal;

const clients = new WeakMap<RegionalConnection, S3Client>();

/**
 * The connection's client of S3. Behind an endpoint of one's own a bucket is no host name. S3 refuses every call of it to
 * a bucket of another account: the name of a bucket that was deleted is anybody's.
 */
export function s3Client(connection: RegionalConnection): S3Client {
  const known = clients.get(connection);
  if (known !== undefined) return known;
  const config = clientConfig(connection, 'S3');
  const client = new S3Client({ ...config, forcePathStyle: 'endpoint' in config });
  client.middlewareStack.add(
    (next) => async (args) => {
      if (!('Bucket' in args.input)) return await next(args);
      const { account } = await whoAmI(connection, NEVER);
      return await next({ ...args, input: { ...args.input, ExpectedBucketOwner: account } });
    },
    { name: 'expectOwner', step: 'initialize' },
  );
  clients.set(connection, client);
  return client;
}

export const s3Call = callsTo('S3', 's3');
