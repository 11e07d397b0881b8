import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  GetApiKeyCommand,
  GetResourcesCommand,
  UpdateIntegrationCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import type { Emulator } from './emulator.ts';
import type { WholeStage } from './whole-stage.ts';

/** The stage's REST API as the emulator serves it, in front of a server of ours. */
export interface Gateway {
  /** Ends with the API's stage: `…/v1`. */
  url: string;
  /** Of slot A. */
  key: string;
  close(): Promise<void>;
}

/**
 * Points every integration at the server instead of the load balancer, which the emulator has no traffic for. The
 * emulator reads an answer whole before it passes it on, and of its headers the type alone: streams do not stream.
 */
export async function openGateway(
  emulator: Emulator,
  { ids, outputs }: WholeStage,
  server: string,
): Promise<Gateway> {
  const front = await startFront(server);
  const client = emulator.client(APIGatewayClient);
  const restApiId = ids.RestApi!;
  const { items = [] } = await client.send(
    new GetResourcesCommand({ restApiId, limit: 500, embed: ['methods'] }),
  );
  for (const { id, resourceMethods = {} } of items) {
    for (const [httpMethod, { methodIntegration }] of Object.entries(resourceMethods)) {
      if (methodIntegration?.type !== 'HTTP_PROXY') continue;
      const value = methodIntegration.uri!.replace(/^http:\/\/[^/]+/, front.url);
      const where = { restApiId, resourceId: id!, httpMethod };
      await client.send(
        new UpdateIntegrationCommand({
          ...where,
          patchOperations: [
            { op: 'replace', path: '/uri', value },
            { op: 'replace', path: '/connectionType', value: 'INTERNET' },
          ],
        }),
      );
    }
  }
  const { id: deploymentId } = await client.send(new CreateDeploymentCommand({ restApiId }));
  await client.send(
    new UpdateStageCommand({
      restApiId,
      stageName: outputs.ApiStageName!,
      patchOperations: [{ op: 'replace', path: '/deploymentId', value: deploymentId! }],
    }),
  );
  const { value } = await client.send(
    new GetApiKeyCommand({ apiKey: outputs.ApiKeyIdA!, includeValue: true }),
  );
  return {
    url: `${emulator.direct}/restapis/${restApiId}/${outputs.ApiStageName}/_user_request_`,
    key: value!,
    close: front.close,
  };
}

/**
 * Lifts the limits of the plan: where AWS lets a method's own limit stand instead of the plan's, the emulator holds
 * an MCP client to both.
 */
export async function liftLimits(emulator: Emulator, { outputs }: WholeStage): Promise<void> {
  const patchOperations = ['rateLimit', 'burstLimit'].map((name) => ({
    op: 'replace' as const,
    path: `/throttle/${name}`,
    value: '1000',
  }));
  await emulator
    .client(APIGatewayClient)
    .send(new UpdateUsagePlanCommand({ usagePlanId: outputs.UsagePlanId!, patchOperations }));
}

/** The emulator finds `Content-Type` only where it is written so. */
async function startFront(target: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const sent = request(new URL(incoming.url!, target), { method, headers, agent: false }, (answer) => {
      const { 'content-type': type, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode!, { ...rest, ...(type && { 'Content-Type': type }) });
      answer.pipe(outgoing);
    });
    sent.on('error', () => outgoing.destroy());
    incoming.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
