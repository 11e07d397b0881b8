import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../telemetry/logger.ts';
import { parseEntry, type SummaryCache } from './cache.ts';

/** Entries kept; beyond, the oldest tenth goes. A summary has about a kilobyte. */
const MAX_ENTRIES = 10_000;
/** Writes between two looks at the folder's size. */
const PRUNE_EVERY = 500;

/**
 * Summaries as files of a folder that only its owner can read. Written beside and renamed, so that a half-written
 * entry is never read; a damaged one is a miss and is written anew.
 */
export function createFolderCache(
  folder: string,
  logger: Logger,
  limits: { maxEntries?: number; pruneEvery?: number } = {},
): SummaryCache {
  const { maxEntries = MAX_ENTRIES, pruneEvery = PRUNE_EVERY } = limits;
  let writes = 0;
  return {
    async get(id) {
      try {
        return parseEntry(id, await readFile(entryPath(folder, id), 'utf8'));
      } catch (error) {
        if (!isMissing(error)) logger.warn({ err: error }, 'summary cache: an entry cannot be read');
        return undefined;
      }
    },
    async set(id, entry) {
      const target = entryPath(folder, id);
      const temporary = `${target}.${randomUUID()}.tmp`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(temporary, JSON.stringify(entry), { mode: 0o600 });
        await rename(temporary, target);
        if (writes++ % pruneEvery === 0) await prune(folder, maxEntries);
      } catch (error) {
        logger.warn({ err: error }, 'summary cache: an entry cannot be written');
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

function entryPath(folder: string, id: string): string {
  return path.join(folder, `${id}.json`);
}

/** Removes the oldest entries, and what crashed writers left, once there are too many. */
async function prune(folder: string, maxEntries: number): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= maxEntries) return;
  const aged = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const found = await stat(file).catch(() => undefined);
      return { file, modified: found?.mtimeMs ?? 0 };
    }),
  );
  aged.sort((a, b) => a.modified - b.modified);
  const excess = names.length - Math.floor(maxEntries * 0.9);
  for (const { file } of aged.slice(0, excess)) await rm(file, { force: true });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
