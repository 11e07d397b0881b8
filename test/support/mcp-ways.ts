import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Core } from '../../server/core.ts';
import { requestContext } from '../../server/http/request-context.ts';
import { mcpHandlers } from '../../server/http/routes/mcp.ts';
import { createMcpEndpoint } from '../../server/mcp/mcp-endpoint.ts';
import type { Tool } from '../../server/mcp/tool.ts';

const BODY_LIMIT = 100_000;
export const META = 'io.modelcontextprotocol';

export type Json = Record<string, unknown>;

export interface AskedOfMcp {
  headers: Record<string, string | string[]>;
  body: Json;
}

/** A request with nothing special about it, in both generations. */
export function perfect(generation: 'session' | 'stateless', method: string, call?: Json): AskedOfMcp {
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': generation === 'session' ? '2025-11-25' : '2026-07-28',
    'x-request-id': 'the-same-on-both-sides',
  };
  const body = { jsonrpc: '2.0', id: 7, method };
  if (generation === 'session') return { headers, body: { ...body, ...(call ? { params: call } : {}) } };
  const _meta = {
    [`${META}/protocolVersion`]: '2026-07-28',
    [`${META}/clientCapabilities`]: {},
    [`${META}/clientInfo`]: { name: 'test', version: '1' },
  };
  return {
    headers: { ...headers, 'mcp-method': method, ...(call ? { 'mcp-name': String(call.name) } : {}) },
    body: { ...body, params: { ...call, _meta } },
  };
}

/** `/mcp` alone on a free port, with the quick way or with the library for every answer. */
export async function serveMcp(
  core: Core,
  tools: readonly Tool[],
  quick: boolean,
): Promise<{ url: string; close(): void }> {
  const endpoint = createMcpEndpoint({ ...core, tools, version: '1', bodyLimit: BODY_LIMIT, quick });
  const app = express().disable('x-powered-by');
  app.use(requestContext(core.clock.monotonic));
  app.post('/mcp', ...mcpHandlers(endpoint, { bodyLimit: BODY_LIMIT, deadlineMs: 60_000 }));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/mcp`, close: () => server.close().closeAllConnections() };
}
