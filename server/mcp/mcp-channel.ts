import { randomUUID } from 'node:crypto';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { MCP_PATH } from '../names.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type CallScope, type McpServerParts, mcpServerFactory } from './mcp-server.ts';
import { QuickCalls } from './quick-calls.ts';

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
  const scope: CallScope = {
    requestId,
    // The channel's end and `notifications/cancelled` reach this very process: no other end is needed.
    signal: new AbortController().signal,
    note: () => undefined,
    onFailure: (error) => {
      const message = error instanceof Error ? error.message : 'failure';
      logger.error({ request_id: requestId, err: error }, message);
    },
  };
  const wire = new ServedChannel(channel, parts, scope);
  const handle = serveStdio(() => build(scope), {
    // The library's type of a transport, which ours has the shape of.
    transport: wire as unknown as NonNullable<Parameters<typeof serveStdio>[1]>['transport'] & object,
    onerror: (error) => logger.debug({ request_id: requestId, err: error }, 'mcp: message refused'),
  });
  return { requestId, close: () => handle.close() };
}

interface Asked {
  at: number;
  request: McpMessage;
}

/** The channel as the library sees it: without the calls that are answered here, and with a log of all requests. */
class ServedChannel implements McpChannel {
  onmessage?: ((message: McpMessage) => void) | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  private readonly channel: McpChannel;
  private readonly parts: McpChannelParts;
  private readonly requestId: string;
  private readonly quick: QuickCalls;
  private readonly asked = new Map<string | number, Asked>();

  constructor(channel: McpChannel, parts: McpChannelParts, scope: CallScope) {
    this.channel = channel;
    this.parts = parts;
    this.requestId = scope.requestId;
    this.quick = new QuickCalls(parts, scope);
  }

  start(): Promise<void> {
    const { channel } = this;
    channel.onmessage = (message) => this.receive(message);
    channel.onclose = () => {
      this.quick.close();
      this.onclose?.();
    };
    channel.onerror = (error) => this.onerror?.(error);
    return channel.start();
  }

  send(message: McpMessage): Promise<void> {
    this.answered(message);
    return this.channel.send(message);
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  private receive(message: McpMessage): void {
    const { id, method, params } = message;
    if (method === 'notifications/cancelled') this.asked.delete(params?.requestId as string | number);
    else if (method !== undefined && id !== undefined && id !== null) {
      this.asked.set(id, { at: this.parts.now(), request: message });
    }
    if (!this.quick.take(message, (answer) => void this.send(answer))) this.onmessage?.(message);
  }

  private answered({ id, method, result }: McpMessage): void {
    if (method !== undefined || id === undefined || id === null) return;
    const asked = this.asked.get(id);
    if (asked === undefined) return;
    this.asked.delete(id);
    if (result !== undefined) this.quick.learn(asked.request);
    const { logger, now } = this.parts;
    const { name } = asked.request.params ?? {};
    const took = Math.round((now() - asked.at) * 100) / 100;
    logger.info(
      {
        request_id: this.requestId,
        method: 'STDIO',
        route: MCP_PATH,
        status: 200,
        duration_ms: took,
        service_ms: took,
        client: 'bridge',
        rpc_method: asked.request.method!.slice(0, 100),
        ...(typeof name === 'string' ? { tool: name.slice(0, 100) } : undefined),
      },
      'request',
    );
  }
}
