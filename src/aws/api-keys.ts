import {
  APIGatewayClient,
  DeleteApiKeyCommand,
  GetApiKeysCommand,
  type GetApiKeysCommandOutput,
} from '@aws-sdk/client-api-gateway';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

/** An API key, without its value. */
export interface ApiKey {
  id: string;
  name: string;
  enabled: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  tags: Record<string, string>;
}

/** Every API key of the account in this region. */
export async function listApiKeys(connection: RegionalConnection, signal: AbortSignal): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  let position: string | undefined;
  do {
    const page: GetApiKeysCommandOutput = await callAws(call(connection, 'GET'), signal, (abortSignal) =>
      client(connection).send(new GetApiKeysCommand({ limit: 500, position, includeValues: false }), {
        abortSignal,
      }),
    );
    for (const { id, name, enabled, createdDate, tags } of page.items ?? []) {
      keys.push({
        id: id!,
        name: name ?? '',
        enabled: enabled === true,
        createdAt: createdDate?.getTime() ?? 0,
        tags: tags ?? {},
      });
    }
    position = page.position;
  } while (position !== undefined);
  return keys;
}

/** Deletes a key, which is refused at once. One that is gone is fine. */
export async function deleteApiKey(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  await callAws(call(connection, 'DELETE'), signal, async (abortSignal) => {
    try {
      await client(connection).send(new DeleteApiKeyCommand({ apiKey: id }), { abortSignal });
    } catch (error) {
      if (factsOf(error).name !== 'NotFoundException') throw error;
    }
  });
}

function client(connection: RegionalConnection): APIGatewayClient {
  return clientOf(connection, APIGatewayClient, 'API_GATEWAY');
}

function call({ profile, region }: RegionalConnection, method: string) {
  return { service: 'API Gateway', action: `apigateway:${method}`, profile, region };
}
