import { APIGatewayClient, GetApiKeysCommand, UpdateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { setting } from '../settings/setting.ts';
import { log } from '../telemetry/log.ts';

const gateway = new APIGatewayClient({});

/** Disables the stage's API keys whose time has come. They are deleted by the next deployment or rotation. */
export async function expireKeys(): Promise<void> {
  let position: string | undefined;
  do {
    const page = await gateway.send(new GetApiKeysCommand({ limit: 500, position }));
    for (const { id, enabled, tags = {} } of page.items ?? []) {
      const expires = tags['mcp-s3:expires'];
      if (expires === undefined || !enabled || tags['mcp-s3:stage'] !== setting('STAGE')) continue;
      if (!(Date.parse(expires) <= Date.now())) continue;
      const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: 'false' }];
      await gateway.send(new UpdateApiKeyCommand({ apiKey: id, patchOperations }));
      log('info', 'key expired', { key_id: id, expires });
    }
    position = page.position;
  } while (position !== undefined);
}
