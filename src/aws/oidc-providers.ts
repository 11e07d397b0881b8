import { IAMClient, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

/** Hosts by whose tokens roles of the account can be taken on, such as `token.actions.githubusercontent.com`. */
export async function oidcProviders(connection: RegionalConnection, signal: AbortSignal): Promise<string[]> {
  const { profile, region } = connection;
  const call = { service: 'IAM', action: 'iam:ListOpenIDConnectProviders', profile, region };
  const client = clientOf(connection, IAMClient, 'IAM');
  const { OpenIDConnectProviderList } = await callAws(call, signal, (abortSignal) =>
    client.send(new ListOpenIDConnectProvidersCommand({}), { abortSignal }),
  );
  return (OpenIDConnectProviderList ?? []).map(({ Arn = '' }) => Arn.replace(/^.*:oidc-provider\//, ''));
}
