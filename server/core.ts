import type { DestinationStream } from 'pino';
import { LineIndexFolder } from './files/lines/line-index-folder.ts';
import { LineIndexes } from './files/lines/line-indexes.ts';
import { scopeStore } from './files/scope.ts';
import type { FileStore } from './files/store.ts';
import { type OpenedStorage, openStorage, type StorageConfig } from './storage.ts';
import { createBucketCache } from './summaries/bucket-cache.ts';
import type { SummaryCache } from './summaries/cache.ts';
import { createFolderCache } from './summaries/folder-cache.ts';
import { withMemory } from './summaries/memory-cache.ts';
import { createSummarizers, type ModelSettings } from './summaries/models.ts';
import { createSummaryService, type SummaryService } from './summaries/service.ts';
import type { Summarizer } from './summaries/summarizer.ts';
import { createLogger, type Logger, type LogLevel } from './telemetry/logger.ts';

/** What every way of serving needs to know: over HTTP, or over a pair of streams. */
export interface CoreOptions {
  storage: StorageConfig;
  /** Only keys below these are served, matched at `/` boundaries. */
  prefixes?: readonly string[];
  /** Where cached summaries live; undefined: in the bucket on S3, for a folder in memory only. */
  cacheFolder?: string;
  /** Where learned indexes of lines live, for a folder; undefined, and on S3: in memory only. */
  indexFolder?: string;
  /** Offers `write_file`. Off by default. */
  allowWrites?: boolean;
  /** Where log lines go; standard output by default. */
  logDestination?: DestinationStream;
  logLevel?: LogLevel;
  /** Largest file that is summarized, bytes. Default 5 GiB. */
  maxBytes?: number;
  /** Who writes summaries; the embedded summarizer by default. */
  models?: ModelSettings;
  /** Instead of those that `models` names, the default first. */
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

/** Files, summaries and log: all of the server that is no protocol. */
export interface Core {
  logger: Logger;
  /** The files as callers see them: scoped. */
  store: FileStore;
  summaries: SummaryService;
  /** Where lines begin in files that were read before. */
  lineIndexes: LineIndexes;
  clock: Clock;
  close(): void;
}

const SYSTEM_CLOCK: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };

/** Opens the storage and puts summaries on it. Throws ServiceError `storage_failed` for a folder that is none. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const logger = createLogger({
    now: clock.wall,
    ...(options.logLevel === undefined ? {} : { level: options.logLevel }),
    ...(options.logDestination === undefined ? {} : { destination: options.logDestination }),
  });
  const storage: Partial<OpenedStorage> & { store: FileStore } =
    options.store === undefined ? await openStorage(options.storage) : { store: options.store };
  const prefixes = options.prefixes ?? [];
  const store = prefixes.length === 0 ? storage.store : scopeStore(storage.store, prefixes);
  const summaries = createSummaryService({
    store,
    summarizers: options.summarizers ?? (await createSummarizers(options.models)),
    cache: withMemory(lastingCache(options.cacheFolder, storage, logger)),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    now: clock.monotonic,
  });
  const lineIndexes = new LineIndexes({
    ...(options.indexFolder === undefined || options.storage.kind !== 'folder'
      ? {}
      : { folder: new LineIndexFolder(options.indexFolder) }),
    onFailure: (error) => logger.warn({ err: error }, 'line index: it cannot be read or written'),
  });
  return { logger, store, summaries, lineIndexes, clock, close: () => storage.close?.() };
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
