import { S3Client } from '@aws-sdk/client-s3';
import { callsTo } from './call.ts';
import { clientConfig, type RegionalConnection } from './connection.ts';

const clients = new WeakMap<RegionalConnection, S3Client>();

/** The connection's client of S3. Behind an endpoint of one's own a bucket is no host name. */
export function s3Client(connection: RegionalConnection): S3Client {
  const known = clients.get(connection);
  if (known !== undefined) return known;
  const config = clientConfig(connection, 'S3');
  const client = new S3Client({ ...config, forcePathStyle: 'endpoint' in config });
  clients.set(connection, client);
  return client;
}

export const s3Call = callsTo('S3', 's3');
