import type { Express } from 'express';
import type { DestinationStream } from 'pino';
import { scopeStore } from './files/scope.ts';
import type { FileStore } from './files/store.ts';
import { DrainState } from './http/drain.ts';
import type { GatewayOptions } from './http/gateway/options.ts';
import { isLoopback, LOOPBACK_HOSTS } from './http/host-guard.ts';
import { createHttpApp } from './http/http-app.ts';
import {
  type CloseOptions,
  type ListenAddress,
  Listener,
  type ListenerLimits,
  type Listening,
} from './http/listener.ts';
import { mcpHandlers } from './http/routes/mcp.ts';
import { createMcpEndpoint } from './mcp/mcp-endpoint.ts';
import { TOOLS } from './mcp/tool-list.ts';
import { type OpenedStorage, openStorage, type StorageConfig } from './storage.ts';
import { createBucketCache } from './summaries/bucket-cache.ts';
import type { SummaryCache } from './summaries/cache.ts';
import { createExtractiveSummarizer } from './summaries/extractive/extractive.ts';
import { createFolderCache } from './summaries/folder-cache.ts';
import { withMemory } from './summaries/memory-cache.ts';
import { createSummaryService } from './summaries/service.ts';
import type { Summarizer } from './summaries/summarizer.ts';
import { createLogger, type Logger, type LogLevel } from './telemetry/logger.ts';

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
export { sameKey } from './http/gateway/same-key.ts';
export type { CloseOptions, ListenAddress, Listening } from './http/listener.ts';
export { openStore, type StorageConfig } from './storage.ts';
export type { SummaryAnswer } from './summaries/service.ts';
export type { LogLevel } from './telemetry/logger.ts';

export interface AppOptions {
  storage: StorageConfig;
  /** Only keys below these are served, matched at `/` boundaries. */
  prefixes?: readonly string[];
  /** The gateway's rules in front; undefined on AWS, where API Gateway applies them. */
  gateway?: GatewayOptions;
  /** Where cached summaries live; undefined: in the bucket on S3, for a folder in memory only. */
  cacheFolder?: string;
  /** Where log lines go; standard output by default. */
  logDestination?: DestinationStream;
  logLevel?: LogLevel;
  /** Path that a proxy in front leaves before ours, such as `/v1`. */
  basePath?: string;
  /** Origins whose pages may call; none by default. */
  corsOrigins?: readonly string[];
  /** Host names to answer for; by default those of loopback when listening there, else all. */
  allowedHosts?: readonly string[];
  /** Largest file that is summarized, bytes. Default 5 GiB. */
  maxBytes?: number;
  /** Largest request body, bytes. Default 1 MiB. */
  bodyLimit?: number;
  /** Milliseconds for one request. Default 14 minutes: API Gateway ends a stream after 15. */
  deadlineMs?: number;
  /** Milliseconds between the comments that keep event streams open. Default 15 s. */
  keepAliveMs?: number;
  /** Timeouts and bounds of the connections. */
  listener?: ListenerLimits;
  /** Writers of summaries, the default first; the embedded one by default. */
  summarizers?: readonly [Summarizer, ...Summarizer[]];
  /** Instead of opening `storage`. */
  store?: FileStore;
  clock?: Clock;
  version: string;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  wall(): number;
  /** Milliseconds that never go back. */
  monotonic(): number;
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

const SYSTEM_CLOCK: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };

/** Puts the server together. Nothing is listened on yet. */
export async function createApp(options: AppOptions): Promise<App> {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const now = clock.monotonic;
  const logger = createLogger({
    now: clock.wall,
    ...(options.logLevel === undefined ? {} : { level: options.logLevel }),
    ...(options.logDestination === undefined ? {} : { destination: options.logDestination }),
  });
  const storage: Partial<OpenedStorage> & { store: FileStore } =
    options.store === undefined ? await openStorage(options.storage) : { store: options.store };
  const prefixes = options.prefixes ?? [];
  const store = prefixes.length === 0 ? storage.store : scopeStore(storage.store, prefixes);
  const bodyLimit = options.bodyLimit ?? DEFAULT_BODY_LIMIT;
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE;

  const cache = withMemory(lastingCache(options.cacheFolder, storage, logger));
  const summaries = createSummaryService({
    store,
    summarizers: options.summarizers ?? [createExtractiveSummarizer()],
    cache,
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    now,
  });
  const mcp = createMcpEndpoint({
    store,
    summaries,
    tools: TOOLS,
    version: options.version,
    logger,
    bodyLimit,
  });

  const drain = new DrainState();
  let allowedHosts = options.allowedHosts;
  const handler = createHttpApp({
    store,
    summaries,
    mcp: mcpHandlers(mcp, { bodyLimit, deadlineMs }),
    logger,
    drain,
    now,
    version: options.version,
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
      storage.close?.();
    },
  };
}

/** Where summaries outlive the process, if anywhere. */
function lastingCache(
  folder: string | undefined,
  { reserved }: { reserved?: FileStore },
  logger: Logger,
): SummaryCache | undefined {
  if (folder !== undefined) return createFolderCache(folder, logger);
  return reserved === undefined ? undefined : createBucketCache(reserved, logger);
}
