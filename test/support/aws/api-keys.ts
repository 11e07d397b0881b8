import {
  APIGatewayClient,
  type ApiKey,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetTagsCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import type { Emulator } from './emulator.ts';
import { errorAnswer, json } from './fault.ts';

/**
 * What AWS does with API keys and MiniStack does not: it shows the tags that TagResource gave one, which MiniStack
 * keeps in another place than those of CreateApiKey; and it lets none in that is disabled, which MiniStack stores
 * as a text that counts as true. A disabled key leaves the plan here instead.
 */
export function completeApiKeys({ proxy, client, region }: Emulator, usagePlanId: string): void {
  const gateway = client(APIGatewayClient);
  const shown = async ({ createdDate, lastUpdatedDate: _, enabled, ...key }: ApiKey) => {
    const resourceArn = `arn:aws:apigateway:${region}::/apikeys/${key.id}`;
    const { tags } = await gateway.send(new GetTagsCommand({ resourceArn }));
    return {
      ...key,
      enabled: String(enabled) === 'true',
      createdDate: (createdDate?.getTime() ?? 0) / 1000,
      tags: { ...key.tags, ...tags },
    };
  };
  proxy.rig({
    action: /^apigateway:GET \/apikeys/,
    do: async (call) => {
      const { pathname, searchParams } = new URL(call.url, 'http://x');
      const [, , apiKey] = pathname.split('/');
      if (apiKey === undefined) {
        const { items = [] } = await gateway.send(new GetApiKeysCommand({ limit: 500 }));
        return json({ item: await Promise.all(items.map(shown)) });
      }
      const includeValue = searchParams.get('includeValue') === 'true';
      try {
        const { $metadata, ...key } = await gateway.send(new GetApiKeyCommand({ apiKey, includeValue }));
        return json(await shown(key));
      } catch (error) {
        if ((error as Error).name !== 'NotFoundException') throw error;
        return errorAnswer(call, 'NotFoundException', 'Invalid API Key identifier specified', 404);
      }
    },
  });
  proxy.rig({
    action: /^apigateway:PATCH \/apikeys\//,
    // As root: MiniStack knows no conditions on the tags of a key, which is all that the keeper is let in by.
    do: async ({ url, body }) => {
      const keyId = url.split('/')[2]!;
      const { patchOperations } = JSON.parse(body);
      if (patchOperations[0].value === 'false') {
        await gateway.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
      } else {
        await gateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
      }
      const { $metadata, ...key } = await gateway.send(
        new UpdateApiKeyCommand({ apiKey: keyId, patchOperations }),
      );
      return json(await shown(key));
    },
  });
}
