import { LRUCache } from 'lru-cache';
import type { CachedSummary, SummaryCache } from './cache.ts';

/** Characters of summaries held in memory (UTF-16 units): a few thousand summaries. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** Keeps the summaries used last in memory, in front of a slower cache if there is one. */
export function withMemory(
  behind: SummaryCache | undefined,
  maxCharacters: number = MAX_CHARACTERS,
): SummaryCache {
  const memory = new LRUCache<string, CachedSummary>({
    maxSize: maxCharacters,
    sizeCalculation: (entry) => entry.summary.length + 500,
  });
  return {
    async get(id) {
      const held = memory.get(id);
      if (held !== undefined) return held;
      const entry = await behind?.get(id);
      if (entry !== undefined) memory.set(id, entry);
      return entry;
    },
    async set(id, entry) {
      memory.set(id, entry);
      await behind?.set(id, entry);
    },
  };
}
