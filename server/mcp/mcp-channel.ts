import { randomUUID } from 'node:crypto';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Logger } from '../telemetry/logger.ts';
import { type McpServerParts, mcpServerFactory } from './mcp-server.ts';

/** A JSON-RPC message: a request, a notification or an answer. */
export interface McpMessage {
  jsonrpc: '2.0';
  id?: string | number | null;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

/** Two-way messages without HTTP. Whoever serves it sets the three handlers, starts it, and sends. */
export interface McpChannel {
  onmessage?: ((message: McpMessage) => void) | undefined;
  /** There is no more to come, and nobody to answer. */
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  start(): Promise<void>;
  /** Resolves when more may be sent. */
  send(message: McpMessage): Promise<void>;
  close(): Promise<void>;
}

export interface McpSession {
  /** Stands in every line of the log that the session wrote. */
  requestId: string;
  close(): Promise<void>;
}

export interface McpChannelParts extends McpServerParts {
  logger: Logger;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/**
 * Serves one connection, either protocol generation: the client's first message decides. One line of the log for
 * each request, all with the connection's id as `request_id`.
 */
export function serveMcpChannel(channel: McpChannel, parts: McpChannelParts): McpSession {
  const { logger } = parts;
  const requestId = randomUUID();
  const build = mcpServerFactory(parts);
  const scope = {
    requestId,
    // The channel's end and `notifications/cancelled` reach this very process: no other end is needed.
    signal: new AbortController().signal,
    note: () => undefined,
    onFailure: (error: unknown) => {
      const message = error instanceof Error ? error.message : 'failure';
      logger.error({ request_id: requestId, err: error }, message);
    },
  };
  const handle = serveStdio(() => build(scope), {
    transport: logged(channel, parts, requestId) as never,
    onerror: (error) => logger.debug({ request_id: requestId, err: error }, 'mcp: message refused'),
  });
  return { requestId, close: () => handle.close() };
}

/** The same channel, which writes down each request when its answer leaves. */
function logged(channel: McpChannel, { logger, now }: McpChannelParts, requestId: string): McpChannel {
  const asked = new Map<string | number, { at: number; method: string; tool?: string }>();
  const outer: McpChannel = {
    start: () => {
      channel.onmessage = (message) => {
        const { id, method, params } = message;
        if (method !== undefined && id !== undefined && id !== null) {
          const entry: { at: number; method: string; tool?: string } = {
            at: now(),
            method: method.slice(0, 100),
          };
          if (typeof params?.name === 'string') entry.tool = params.name.slice(0, 100);
          asked.set(id, entry);
        }
        outer.onmessage?.(message);
      };
      channel.onclose = () => outer.onclose?.();
      channel.onerror = (error) => outer.onerror?.(error);
      return channel.start();
    },
    send: (message) => {
      const { id } = message;
      const entry =
        id === undefined || id === null || message.method !== undefined ? undefined : asked.get(id);
      if (entry !== undefined) {
        asked.delete(id!);
        const took = Math.round((now() - entry.at) * 100) / 100;
        logger.info(
          {
            request_id: requestId,
            method: 'STDIO',
            route: '/mcp',
            status: 200,
            duration_ms: took,
            service_ms: took,
            client: 'bridge',
            rpc_method: entry.method,
            ...(entry.tool === undefined ? {} : { tool: entry.tool }),
          },
          'request',
        );
      }
      return channel.send(message);
    },
    close: () => channel.close(),
  };
  return outer;
}
