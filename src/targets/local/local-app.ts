import { join } from 'node:path';
import { createApp, type ModelSettings } from '../../../server/app.ts';
import { KeyRing } from './key-ring.ts';
import { type LocalBucket, logFolder, storageOf } from './local-bucket.ts';
import { LocalKeys } from './local-keys.ts';
import type { Limits } from './local-limits.ts';
import { openLogFile } from './log-writer.ts';
import { UsageCount } from './usage-count.ts';

export interface LocalAppOptions {
  bucket: LocalBucket;
  limits: Limits;
  prefixes?: string[] | undefined;
  hidden?: boolean | undefined;
  allowWrites?: boolean | undefined;
  models?: ModelSettings | undefined;
  /** Off only for `dev --no-auth`. */
  auth?: boolean;
  version: string;
  now: () => number;
  /** Sees each line of the log as it is written. */
  onLogLine?: (line: string) => void;
}

export interface LocalApp {
  url: string;
  /** Ends requests in flight, saves the count, lets go of everything. */
  close(): Promise<void>;
}

/** Starts the server of mcp-s3 with the gateway's rules, on this bucket and its state. */
export async function startLocalApp(
  options: LocalAppOptions,
  listen: { host: string; port: number },
): Promise<LocalApp> {
  const { bucket, limits, version, now } = options;
  const usage = await UsageCount.open(bucket.state, now);
  const ring = await KeyRing.open(new LocalKeys(bucket.state, now), now);
  const log = await openLogFile(logFolder(bucket), options.onLogLine);
  const app = await createApp({
    storage: storageOf(bucket, options.hidden),
    prefixes: options.prefixes ?? [],
    gateway: {
      ...(options.auth === false ? {} : { authenticate: (presented) => client(ring, presented) }),
      usage: { take: (who) => usage.take(who.name, who.limits?.quota ?? limits.quota) },
      limits,
    },
    cacheFolder: join(bucket.state, 'cache'),
    indexFolder: join(bucket.state, 'index'),
    allowWrites: options.allowWrites ?? false,
    ...(options.models === undefined ? {} : { models: options.models }),
    logDestination: log,
    version,
  });
  const letGo = async () => {
    ring.close();
    await usage.save();
    await new Promise<void>((resolve) => log.end(resolve));
  };
  try {
    const { url } = await app.listen(listen);
    return {
      url,
      async close() {
        await app.close({ deadlineMs: 10_000 });
        await letGo();
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

function client(ring: KeyRing, presented: string | undefined) {
  const key = ring.find(presented);
  if (key === undefined) return undefined;
  return {
    id: key.name,
    name: key.name,
    ...(key.limits === undefined ? {} : { limits: definedOf(key.limits) }),
  };
}

function definedOf<T extends object>(limits: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as never;
}
