import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type NodeIncomingMessageLike,
  type NodeServerResponseLike,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Logger } from '../telemetry/logger.ts';
import { type CallScope, type McpServerParts, mcpServerFactory } from './mcp-server.ts';

/** Answers one HTTP request. `body` is the parsed JSON; undefined leaves the reading to the endpoint. */
export type McpEndpoint = (
  request: NodeIncomingMessageLike,
  response: NodeServerResponseLike,
  body: unknown,
  scope: CallScope,
) => Promise<void>;

/**
 * `/mcp`: Streamable HTTP, stateless, both protocol generations (2025-11-25 and 2026-07-28).
 *
 * @param bodyLimit bytes of a body that the endpoint reads itself.
 */
export function createMcpEndpoint(
  parts: McpServerParts & { logger: Logger; bodyLimit: number },
): McpEndpoint {
  const { logger, bodyLimit } = parts;
  // The library makes the server deep inside; this hands it the request it is for.
  const scopes = new AsyncLocalStorage<CallScope>();
  const build = mcpServerFactory(parts);
  // Called for every request that is refused: no failure of ours.
  const onerror = (error: Error): void => logger.debug({ err: error }, 'mcp: request refused');
  const options = { onerror, maxRequestBodySize: bodyLimit };
  const serve = (responseMode: 'auto' | 'sse') =>
    toNodeHandler(
      createMcpHandler(() => build(scopes.getStore()!), { ...options, responseMode }),
      options,
    );
  const quick = serve('auto');
  const lasting = serve('sse');
  const slowTools = new Set(parts.tools.filter((tool) => tool.slow).map((tool) => tool.name));
  return (request, response, body, scope) => {
    const answer = slowTools.has(calledTool(body)) ? lasting : quick;
    return scopes.run(scope, () => answer(request, response, body));
  };
}

function calledTool(body: unknown): string {
  const { method, params } = (body ?? {}) as { method?: unknown; params?: { name?: unknown } };
  return method === 'tools/call' && typeof params?.name === 'string' ? params.name : '';
}
