import type { Express } from 'express';
import { type CoreOptions, createCore } from './core.ts';
import type { FileStore } from './files/store.ts';
import { DrainState } from './http/drain.ts';
import type { GatewayOptions } from './http/gateway/options.ts';
import { isLoopback, LOOPBACK_HOSTS } from './http/host-guard.ts';
import {
  type CloseOptions,
  type ListenAddress,
  Listener,
  type ListenerLimits,
  type Listening,
} from './http/listener.ts';
import type { McpChannel, McpSession } from './mcp/mcp-channel.ts';

export type { Clock, CoreOptions } from './core.ts';
export { ServiceError, type ServiceErrorCode } from './errors.ts';
export type {
  FileBody,
  FileEntry,
  FileHead,
  FileStore,
  ListPage,
  PutOptions,
  PutResult,
} from './files/store.ts';
export type { GatewayClient, GatewayOptions, Limits } from './http/gateway/options.ts';
export type { CloseOptions, ListenAddress, Listening } from './http/listener.ts';
export type { McpChannel, McpMessage, McpSession } from './mcp/mcp-channel.ts';
export { openStore, type StorageConfig } from './storage.ts';
export { checkModelAccess, type ModelSettings } from './summaries/models.ts';
export type { SummaryAnswer } from './summaries/service.ts';
export type { LogLevel } from './telemetry/logger.ts';

export interface AppOptions extends CoreOptions {
  /** The gateway's rules in front; undefined on AWS, where API Gateway applies them. */
  gateway?: GatewayOptions;
  /** Path that a proxy in front leaves before ours, such as `/v1`. */
  basePath?: string;
  /** Origins whose pages may call; none by default. */
  corsOrigins?: readonly string[];
  /** Host names to answer for; by default those of loopback when listening there, else all. */
  allowedHosts?: readonly string[];
  /** Largest request body, bytes. Default 1 MiB. */
  bodyLimit?: number;
  /** Milliseconds for one request. Default 14 minutes: API Gateway ends a stream after 15. */
  deadlineMs?: number;
  /** Milliseconds between the comments that keep event streams open. Default 15 s. */
  keepAliveMs?: number;
  /** Timeouts and bounds of the connections. */
  listener?: ListenerLimits;
}

export interface App {
  handler: Express;
  /** The files as callers see them: scoped. */
  store: FileStore;
  /** Rejects with the system's error (EADDRINUSE, EACCES). */
  listen(address: ListenAddress): Promise<Listening>;
  /** Stops in an orderly way: see `Listener.close`. Resolves when all is closed. */
  close(options?: CloseOptions): Promise<void>;
}

const DEFAULT_BODY_LIMIT = 1024 * 1024;
const DEFAULT_DEADLINE = 14 * 60 * 1000;

/** Puts the server together. Nothing is listened on yet. */
export async function createApp(options: AppOptions): Promise<App> {
  // Loaded here, so that who needs the files or the tools alone does without Express.
  const [{ createHttpApp }, { mcpHandlers }, { createMcpEndpoint }, { toolList }] = await Promise.all([
    import('./http/http-app.ts'),
    import('./http/routes/mcp.ts'),
    import('./mcp/mcp-endpoint.ts'),
    import('./mcp/tool-list.ts'),
  ]);
  const core = await createCore(options);
  const { store, summaries, lineIndexes, logger } = core;
  const now = core.clock.monotonic;
  const { version } = options;
  const bodyLimit = options.bodyLimit ?? DEFAULT_BODY_LIMIT;
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE;
  const mcp = createMcpEndpoint({
    store,
    summaries,
    lineIndexes,
    tools: toolList(options),
    version,
    logger,
    bodyLimit,
  });

  const drain = new DrainState();
  let allowedHosts = options.allowedHosts;
  const handler = createHttpApp({
    store,
    summaries,
    lineIndexes,
    mcp: mcpHandlers(mcp, { bodyLimit, deadlineMs }),
    logger,
    drain,
    now,
    version,
    gateway: options.gateway,
    allowedHosts: () => allowedHosts,
    corsOrigins: options.corsOrigins ?? [],
    basePath: options.basePath,
    bodyLimit,
    deadlineMs,
    keepAliveMs: options.keepAliveMs,
  });
  const listener = new Listener(handler, drain, options.listener);
  return {
    handler,
    store,
    listen(address) {
      if (isLoopback(address.host)) allowedHosts ??= LOOPBACK_HOSTS;
      return listener.listen(address);
    },
    async close(how) {
      await listener.close(how);
      core.close();
    },
  };
}

export interface McpService {
  /** Serves one client on the channel until the channel ends or `close` is called. */
  serve(channel: McpChannel): McpSession;
  close(): void;
}

/** The tools without HTTP: for a client that is the other end of a pair of streams. No gateway is in between. */
export async function createMcpService(options: CoreOptions): Promise<McpService> {
  const [{ serveMcpChannel }, { toolList }] = await Promise.all([
    import('./mcp/mcp-channel.ts'),
    import('./mcp/tool-list.ts'),
  ]);
  const core = await createCore(options);
  const parts = { ...core, tools: toolList(options), version: options.version, now: core.clock.monotonic };
  return { serve: (channel) => serveMcpChannel(channel, parts), close: core.close };
}
