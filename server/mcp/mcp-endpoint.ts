import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Logger } from '../telemetry/logger.ts';
import { askLibrary } from './ask-library.ts';
import { type CallScope, type McpServerParts, mcpServerFactory } from './mcp-server.ts';
import { QuickAnswers } from './quick-answers.ts';

/** Answers one HTTP request. `body` is the parsed JSON; undefined leaves the reading to the endpoint. */
export type McpEndpoint = (
  request: NodeIncomingMessageLike & { headers: IncomingHttpHeaders },
  response: ServerResponse,
  body: unknown,
  scope: CallScope,
) => Promise<void>;

/**
 * `/mcp`: Streamable HTTP, stateless, both protocol generations (2025-11-25 and 2026-07-28).
 *
 * @param parts `bodyLimit`: bytes of a body that the endpoint reads itself. `quick: false` leaves every answer to the
 *   library, to compare with.
 */
export function createMcpEndpoint(
  parts: McpServerParts & { logger: Logger; bodyLimit: number; quick?: boolean },
): McpEndpoint {
  const { logger, bodyLimit } = parts;
  // The library makes the server deep inside; this hands it the request it is for.
  const scopes = new AsyncLocalStorage<CallScope>();
  const build = mcpServerFactory(parts);
  // Called for every request that is refused: no failure of ours.
  const onerror = (error: Error): void => logger.debug({ err: error }, 'mcp: request refused');
  const options = { onerror, maxRequestBodySize: bodyLimit };
  const library = (responseMode: 'auto' | 'sse') =>
    createMcpHandler(() => build(scopes.getStore()!), { ...options, responseMode });
  const short = library('auto');
  const answerShort = toNodeHandler(short, options);
  const answerLasting = toNodeHandler(library('sse'), options);
  const slowTools = new Set(parts.tools.filter((tool) => tool.slow).map((tool) => tool.name));
  const answers = new QuickAnswers(parts, (method, generation, scope) =>
    scopes.run(scope, () => askLibrary(short, method, generation)),
  );

  return async (request, response, body, scope) => {
    const isQuick = parts.quick !== false && answers.take(request, response, body, scope);
    if (isQuick && (await isQuick)) return;
    const answer = slowTools.has(calledTool(body)) ? answerLasting : answerShort;
    await scopes.run(scope, () => answer(request, response, body));
  };
}

function calledTool(body: unknown): string {
  const { method, params } = (body ?? {}) as { method?: unknown; params?: { name?: unknown } };
  return method === 'tools/call' && typeof params?.name === 'string' ? params.name : '';
}
