import { IAMClient, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('IAM', 'iam');

/** Hosts by whose tokens roles of the account can be taken on, such as `token.actions.githubusercontent.com`. */
export async function oidcProviders(connection: RegionalConnection, signal: AbortSignal): Promise<string[]> {
  const client = clientOf(connection, IAMClient, 'IAM');
  const { OpenIDConnectProviderList } = await callAws(
    call(connection, 'ListOpenIDConnectProviders'),
    signal,
    (abortSignal) => client.send(new ListOpenIDConnectProvidersCommand({}), { abortSignal }),
  );
  return (OpenIDConnectProviderList ?? []).map(({ Arn = '' }) => Arn.replace(/^.*:oidc-provider\//, ''));
}
