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
 * emulator reads an answer whole before it passes it on: streams do not stream. Of its headers it passes the type
 * alone; those of files are put back by the proxy.
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
  const path = `/restapis/${restApiId}/${outputs.ApiStageName}/_user_request_`;
  const files = emulator.proxy.rig({
    action: `execute-api:GET ${path}/file`,
    do: async ({ url, headers }) => {
      const { host: _, ...own } = headers as Record<string, string>;
      const answer = await fetch(emulator.direct + url, { headers: own });
      const body = Buffer.from(await answer.arrayBuffer());
      const type = { 'content-type': answer.headers.get('content-type') ?? '' };
      const passed = answer.ok ? front.headersOf(url.slice(path.length)) : type;
      return { status: answer.status, headers: passed, body };
    },
  });
  return {
    url: emulator.direct + path,
    key: value!,
    async close() {
      files.remove();
      await front.close();
    },
  };
}

/**
 * Lifts the limits of the plan: where AWS lets a method's own limit stand instead of the plan's, the emulator holds
 * an MCP client to both. Its bucket of tokens fills at the rate, and may be empty at this moment.
 */
export async function liftLimits(emulator: Emulator, { outputs }: WholeStage): Promise<void> {
  const limits = { rateLimit: '1000000', burstLimit: '1000' };
  const patchOperations = Object.entries(limits).map(([name, value]) => ({
    op: 'replace' as const,
    path: `/throttle/${name}`,
    value,
  }));
  await emulator
    .client(APIGatewayClient)
    .send(new UpdateUsagePlanCommand({ usagePlanId: outputs.UsagePlanId!, patchOperations }));
}

interface Front {
  url: string;
  /** Of the newest answer to the path, which has the query. */
  headersOf(path: string): Record<string, string>;
  close(): Promise<void>;
}

/** The emulator finds `Content-Type` only where it is written so. */
async function startFront(target: string): Promise<Front> {
  const answers = new Map<string, Record<string, string>>();
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const sent = request(new URL(incoming.url!, target), { method, headers, agent: false }, (answer) => {
      const { 'content-type': type, ...rest } = answer.headers as Record<string, string>;
      answers.set(incoming.url!, { ...rest, ...(type && { 'content-type': type }) });
      outgoing.writeHead(answer.statusCode!, { ...rest, ...(type && { 'Content-Type': type }) });
      answer.pipe(outgoing);
    });
    sent.on('error', () => outgoing.destroy());
    incoming.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headersOf: (path) => answers.get(path) ?? {},
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
