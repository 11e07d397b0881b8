import { ServiceError } from '../errors.ts';
import type { FileStore } from '../files/store.ts';
import { SUMMARIES_PREFIX } from '../names.ts';
import type { Logger } from '../telemetry/logger.ts';
import { parseEntry, type SummaryCache } from './cache.ts';

/** A summary has a few kilobytes; anything far above that is not ours. */
const MAX_ENTRY_BYTES = 256 * 1024;

/**
 * Summaries beside the files, under the reserved prefix, so that every task of a service shares them. S3 objects
 * appear whole or not at all. A lifecycle rule of the bucket bounds their number.
 *
 * @param store the bucket below the reserved prefix, which callers cannot reach.
 */
export function createBucketCache(store: FileStore, logger: Logger): SummaryCache {
  return {
    async get(id) {
      try {
        const { head, body } = await store.read(entryKey(id));
        if (head.size > MAX_ENTRY_BYTES) {
          body.destroy();
          return undefined;
        }
        const chunks: Buffer[] = [];
        for await (const chunk of body) chunks.push(chunk as Buffer);
        return parseEntry(id, Buffer.concat(chunks).toString('utf8'));
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'not_found') {
          logger.warn({ err: error }, 'summary cache: an entry cannot be read');
        }
        return undefined;
      }
    },
    async set(id, entry) {
      try {
        await store.put(entryKey(id), Buffer.from(JSON.stringify(entry)), {
          contentType: 'application/json',
        });
      } catch (error) {
        logger.warn({ err: error }, 'summary cache: an entry cannot be written');
      }
    },
  };
}

function entryKey(id: string): string {
  return `${SUMMARIES_PREFIX}${id}.json`;
}
