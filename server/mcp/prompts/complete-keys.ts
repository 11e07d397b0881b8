import { MAX_KEY_BYTES } from '../../files/key.ts';
import type { FileStore } from '../../files/store.ts';
import type { Completions } from './prompt.ts';

/** Most values of a completion (MCP 2025-11-25, "Completion"). */
export const MAX_COMPLETIONS = 100;

/** Keys that start with what was typed, in their order. */
export async function completeKey(
  store: FileStore,
  typed: string,
  signal: AbortSignal,
): Promise<Completions> {
  if (!canBegin(typed)) return { values: [], hasMore: false };
  const page = await store.list({ prefix: typed, limit: MAX_COMPLETIONS, signal });
  return { values: page.files.map(({ key }) => key), hasMore: page.nextCursor !== undefined };
}

/** Folders that start with what was typed, one level deeper than its last `/`. Pages without any are passed over. */
export async function completeFolder(
  store: FileStore,
  typed: string,
  signal: AbortSignal,
): Promise<Completions> {
  if (!canBegin(typed)) return { values: [], hasMore: false };
  const values: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await store.list({
      prefix: typed,
      delimiter: '/',
      signal,
      ...(cursor === undefined ? {} : { cursor }),
    });
    values.push(...page.prefixes);
    cursor = page.nextCursor;
    if (cursor === undefined || values.length >= MAX_COMPLETIONS) break;
  }
  return {
    values: values.slice(0, MAX_COMPLETIONS),
    hasMore: cursor !== undefined || values.length > MAX_COMPLETIONS,
  };
}

/** Pages of 1,000: files between the folders must not make a keystroke slow. */
const MOST_PAGES = 3;

/** No key begins with more than a key may have; clients complete at every keystroke and want no error. */
function canBegin(typed: string): boolean {
  return Buffer.byteLength(typed) <= MAX_KEY_BYTES;
}
