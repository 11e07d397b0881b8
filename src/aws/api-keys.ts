import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  type GetApiKeysCommandOutput,
  GetUsagePlanKeysCommand,
  type ApiKey as SdkApiKey,
  TagResourceCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { failed } from '../errors.ts';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('API Gateway', 'apigateway');

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
    keys.push(...(page.items ?? []).map(keyOf));
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

/** One key; undefined where there is none of this id. */
export async function findApiKey(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<ApiKey | undefined> {
  const command = new GetApiKeyCommand({ apiKey: id, includeValue: false });
  const found = await findAws(
    call(connection, 'GET'),
    signal,
    (error) => factsOf(error).name === 'NotFoundException',
    (abortSignal) => client(connection).send(command, { abortSignal }),
  );
  return found && keyOf({ ...found, id });
}

/** The value of a key. Whoever calls this neither prints nor logs it unasked. */
export async function apiKeyValue(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  const { value } = await callAws(call(connection, 'GET'), signal, (abortSignal) =>
    client(connection).send(new GetApiKeyCommand({ apiKey: id, includeValue: true }), { abortSignal }),
  );
  return value!;
}

/** Makes a key, whose value AWS chooses, and puts it under the limits of a usage plan. */
export async function createApiKey(
  connection: RegionalConnection,
  key: { name: string; description: string; tags: Record<string, string>; usagePlan: string },
  signal: AbortSignal,
): Promise<{ id: string; value: string; createdAt: number }> {
  const { usagePlan, ...wanted } = key;
  const made = await callAws(call(connection, 'POST'), signal, async (abortSignal) => {
    try {
      return await client(connection).send(new CreateApiKeyCommand({ ...wanted, enabled: true }), {
        abortSignal,
      });
    } catch (error) {
      if (factsOf(error).name !== 'LimitExceededException') throw error;
      throw failed('key_limit', 'the account has as many API keys in this region as it may have', [
        'revoke those that nobody uses: mcp-s3 key list, mcp-s3 key revoke NAME',
        'or ask for more: Service Quotas, Amazon API Gateway, "API keys"',
      ]);
    }
  });
  try {
    await callAws(call(connection, 'POST'), signal, (abortSignal) =>
      client(connection).send(
        new CreateUsagePlanKeyCommand({ usagePlanId: usagePlan, keyId: made.id!, keyType: 'API_KEY' }),
        { abortSignal },
      ),
    );
  } catch (error) {
    // A key that no plan knows opens nothing; nobody should wonder what it is for.
    await deleteApiKey(connection, made.id!, AbortSignal.timeout(10_000)).catch(() => undefined);
    throw error;
  }
  return { id: made.id!, value: made.value!, createdAt: made.createdDate?.getTime() ?? 0 };
}

/** Lets a key in, or keeps it out from now on. */
export async function enableApiKey(
  connection: RegionalConnection,
  id: string,
  enabled: boolean,
  signal: AbortSignal,
): Promise<void> {
  const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: String(enabled) }];
  await callAws(call(connection, 'PATCH'), signal, (abortSignal) =>
    client(connection).send(new UpdateApiKeyCommand({ apiKey: id, patchOperations }), { abortSignal }),
  );
}

/** Ids of the keys that are under the limits of a usage plan. A key that no plan of the API knows opens nothing. */
export async function keysOfPlan(
  connection: RegionalConnection,
  usagePlan: string,
  signal: AbortSignal,
): Promise<string[]> {
  const command = new GetUsagePlanKeysCommand({ usagePlanId: usagePlan, limit: 500 });
  const { items = [] } = await callAws(call(connection, 'GET'), signal, (abortSignal) =>
    client(connection).send(command, { abortSignal }),
  );
  return items.map(({ id = '' }) => id);
}

export async function tagApiKey(
  connection: RegionalConnection,
  id: string,
  tags: Record<string, string>,
  partition: string,
  signal: AbortSignal,
): Promise<void> {
  const resourceArn = `arn:${partition}:apigateway:${connection.region}::/apikeys/${id}`;
  await callAws(call(connection, 'PUT'), signal, (abortSignal) =>
    client(connection).send(new TagResourceCommand({ resourceArn, tags }), { abortSignal }),
  );
}

function keyOf({ id, name, enabled, createdDate, tags }: SdkApiKey): ApiKey {
  return {
    id: id!,
    name: name ?? '',
    enabled: enabled === true,
    createdAt: createdDate?.getTime() ?? 0,
    tags: tags ?? {},
  };
}

function client(connection: RegionalConnection): APIGatewayClient {
  return clientOf(connection, APIGatewayClient, 'API_GATEWAY');
}
