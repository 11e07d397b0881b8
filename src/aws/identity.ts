import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { noRegion } from './aws-error.ts';
import { callAws, callsTo } from './call.ts';
import { type AwsConnection, clientConfig, clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('AWS', 'sts');

export interface Identity {
  /** Twelve digits. */
  account: string;
  /** Of the user or the assumed role. */
  arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: string;
}

/** The region that environment or profile name. Throws a usage error where there is none. */
export async function findRegion(connection: AwsConnection): Promise<string> {
  if (connection.region !== undefined) return connection.region;
  const client = new STSClient(clientConfig(connection, 'STS'));
  try {
    return await client.config.region();
  } catch {
    throw noRegion();
  } finally {
    client.destroy();
  }
}

const known = new WeakMap<RegionalConnection, Identity>();

/** Whose credentials are used; asked once for each connection. Needs no permission. */
export async function whoAmI(connection: RegionalConnection, signal: AbortSignal): Promise<Identity> {
  const before = known.get(connection);
  if (before !== undefined) return before;
  const client = clientOf(connection, STSClient, 'STS');
  const { Account, Arn } = await callAws(call(connection, 'GetCallerIdentity'), signal, (abortSignal) =>
    client.send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  const identity = { account: Account!, arn: Arn!, partition: Arn!.split(':')[1]! };
  known.set(connection, identity);
  return identity;
}
