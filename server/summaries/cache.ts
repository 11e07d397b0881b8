import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileHead } from '../files/store.ts';
import type { SummaryOptions } from './summarizer.ts';

/**
 * SummaryCache: finished summaries by id. A cache may forget at any time and never fails a request: what cannot
 * be read is a miss, what cannot be written is reported to the logger and dropped.
 */
export interface SummaryCache {
  get(id: string): Promise<CachedSummary | undefined>;
  set(id: string, entry: CachedSummary): Promise<void>;
}

/** What is stored. The id is repeated inside, so that an entry under a wrong name is never believed. */
export const cachedSummary = z.object({
  id: z.string(),
  summary: z.string(),
  model: z.string(),
  coverage: z.number().min(0).max(1),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number(), model_calls: z.number() }),
});
export type CachedSummary = z.infer<typeof cachedSummary>;

/**
 * Identity of a summary: the content (etag, size, and how it is encoded), who writes it, and how. The file's name
 * is left out, so that a copy is a hit, except its extension, which summarizers take as a hint to the format.
 *
 * @returns hexadecimal, safe as a file name.
 */
export function summaryId(
  head: FileHead,
  writer: { model: string; version: string },
  options: SummaryOptions,
): string {
  const identity = [
    'summary-1',
    head.etag,
    head.size,
    head.contentEncoding ?? '',
    extension(head.key),
    writer.model,
    writer.version,
    options.style,
    options.maxWords,
    options.focus ?? '',
  ];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** Reads a stored entry; undefined when it is damaged or another's. */
export function parseEntry(id: string, text: string): CachedSummary | undefined {
  try {
    const parsed = cachedSummary.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.id === id ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function extension(key: string): string {
  return /\.([^./]{1,16})$/.exec(key)?.[1]?.toLowerCase() ?? '';
}
