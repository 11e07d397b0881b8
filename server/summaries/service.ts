import { ServiceError } from '../errors.ts';
import type { FileHead, FileStore } from '../files/store.ts';
import { openText } from '../files/text/open-text.ts';
import { withNearKeys } from '../near-keys.ts';
import { type CachedSummary, type SummaryCache, summaryId } from './cache.ts';
import {
  DEFAULT_MAX_BYTES,
  DEFAULT_MAX_WORDS,
  DEFAULT_STYLE,
  EMPTY_FILE_SUMMARY,
  NO_WORDS_SUMMARY,
} from './defaults.ts';
import { SingleFlight } from './single-flight.ts';
import type { Summarizer, SummaryOptions, SummaryStyle, SummaryUsage } from './summarizer.ts';

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 200;

export interface SummarizeRequest {
  key: string;
  style?: SummaryStyle | undefined;
  /** Upper bound on words. */
  maxWords?: number | undefined;
  focus?: string | undefined;
  /** One of `models`; the default is the first. */
  model?: string | undefined;
  /** Writes the summary anew also when one is cached. */
  refresh?: boolean | undefined;
}

export type SummaryEvent =
  /** `characters` read so far (UTF-16 units), of a file of `size` bytes. The first one says 0. */
  | { type: 'progress'; characters: number; size: number }
  /** A further piece of the summary. */
  | { type: 'delta'; text: string };

export interface SummaryAnswer {
  file_key: string;
  summary: string;
  /** Who wrote it. */
  model: string;
  cached: boolean;
  /** Share of the text that was looked at, 0 to 1. */
  coverage: number;
  /** The version of the file that was summarized. */
  etag: string;
  /** Zero for a cached answer: nothing was used for it. */
  usage: SummaryUsage;
}

export interface SummarizeOptions {
  onEvent?: (event: SummaryEvent) => void;
  /** Told once, when it is known: milliseconds that this call waited for the summarizer. */
  onModelTime?: (milliseconds: number) => void;
  signal?: AbortSignal;
}

export interface SummaryService {
  /** Allowed models, the default first. */
  readonly models: readonly string[];
  /**
   * Throws ServiceError: `not_found` (with keys that read alike), `too_large`, `not_text`, `bad_request` (a model
   * that is not allowed), and what the summarizer throws. An aborted signal rejects with its reason.
   */
  summarize(request: SummarizeRequest, options?: SummarizeOptions): Promise<SummaryAnswer>;
}

export interface SummaryServiceParts {
  store: FileStore;
  /** The default first. */
  summarizers: readonly [Summarizer, ...Summarizer[]];
  cache: SummaryCache;
  /** Largest file that is summarized, bytes. */
  maxBytes?: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/** A new summary, and the version of the file that was read for it. */
interface Written {
  entry: CachedSummary;
  etag: string;
}

const NO_USAGE: SummaryUsage = { input_tokens: 0, output_tokens: 0, model_calls: 0 };

/**
 * Summaries of files: one look at the file, then the cache, then one call of the summarizer, shared by all who
 * ask for the same at the same time.
 */
export function createSummaryService(parts: SummaryServiceParts): SummaryService {
  const { store, cache, now } = parts;
  const maxBytes = parts.maxBytes ?? DEFAULT_MAX_BYTES;
  const flights = new SingleFlight<Written, SummaryEvent>();
  const models = parts.summarizers.map((summarizer) => summarizer.model);

  return { models, summarize };

  async function summarize(
    request: SummarizeRequest,
    { onEvent, onModelTime, signal }: SummarizeOptions = {},
  ): Promise<SummaryAnswer> {
    const writer = chooseSummarizer(request.model);
    const head = await headOf(request.key, signal);
    checkSize(head.size);
    if (head.size === 0) return answer(head, emptyFile(writer), false);

    const options = summaryOptions(request);
    const id = summaryId(head, writer, options);
    if (request.refresh !== true) {
      const held = await cache.get(id);
      if (held !== undefined) return answer(head, held, true);
    }
    const startedAt = now();
    try {
      const written = await flights.run(
        request.refresh === true ? `refresh ${id}` : id,
        { ...(onEvent === undefined ? {} : { onEvent }), ...(signal === undefined ? {} : { signal }) },
        (emit, shared) => write(id, head, writer, options, emit, shared),
      );
      return answer({ key: head.key, etag: written.etag }, written.entry, false);
    } finally {
      onModelTime?.(now() - startedAt);
    }
  }

  /** Reads and summarizes; keeps the result only when the file was the same before, while and after. */
  async function write(
    id: string,
    head: FileHead,
    writer: Summarizer,
    options: SummaryOptions,
    emit: (event: SummaryEvent) => void,
    signal: AbortSignal,
  ): Promise<Written> {
    // Closes the file also when the summarizer fails before it reads.
    const done = new AbortController();
    try {
      const opened = await openText(store, head.key, { signal: AbortSignal.any([signal, done.signal]) });
      const { etag, size } = opened.head;
      checkSize(size);
      emit({ type: 'progress', characters: 0, size });
      const made = await writer.summarize({
        ...options,
        key: head.key,
        text: opened.text,
        onProgress: progressReporter(size, emit),
        onDelta: (text) => emit({ type: 'delta', text }),
        signal,
      });
      signal.throwIfAborted();
      const summary = made.summary === '' ? NO_WORDS_SUMMARY : made.summary;
      const entry = { id, summary, model: writer.model, coverage: made.coverage, usage: made.usage };
      if (etag === head.etag && (await isStill(head, signal))) await cache.set(id, entry);
      return { entry, etag };
    } finally {
      done.abort();
    }
  }

  function checkSize(size: number): void {
    if (size <= maxBytes) return;
    const message = `the file has ${size} bytes, more than the limit of ${maxBytes} bytes`;
    throw new ServiceError('too_large', message);
  }

  function chooseSummarizer(model: string | undefined): Summarizer {
    const [standard] = parts.summarizers;
    if (model === undefined) return standard;
    const chosen = parts.summarizers.find((summarizer) => summarizer.model === model);
    if (chosen !== undefined) return chosen;
    const message = `model ${JSON.stringify(model)} is not allowed here; allowed: ${models.join(', ')}`;
    throw new ServiceError('bad_request', message);
  }

  async function headOf(key: string, signal: AbortSignal | undefined): Promise<FileHead> {
    try {
      return await store.head(key, signal === undefined ? {} : { signal });
    } catch (error) {
      throw await withNearKeys(store, key, error);
    }
  }

  async function isStill(head: FileHead, signal: AbortSignal): Promise<boolean> {
    try {
      return (await store.head(head.key, { signal })).etag === head.etag;
    } catch {
      return false;
    }
  }

  /** Passes on what the summarizer reports, a few times a second at most. */
  function progressReporter(size: number, emit: (event: SummaryEvent) => void) {
    let reportedAt = now();
    return ({ characters }: { characters: number }): void => {
      if (now() - reportedAt < PROGRESS_INTERVAL) return;
      reportedAt = now();
      emit({ type: 'progress', characters, size });
    };
  }
}

function summaryOptions(request: SummarizeRequest): SummaryOptions {
  const focus = request.focus?.trim();
  return {
    style: request.style ?? DEFAULT_STYLE,
    maxWords: request.maxWords ?? DEFAULT_MAX_WORDS,
    ...(focus === undefined || focus === '' ? {} : { focus }),
  };
}

function emptyFile(writer: Summarizer): Omit<CachedSummary, 'id'> {
  return { summary: EMPTY_FILE_SUMMARY, model: writer.model, coverage: 1, usage: NO_USAGE };
}

function answer(
  head: { key: string; etag: string },
  entry: Omit<CachedSummary, 'id'>,
  cached: boolean,
): SummaryAnswer {
  return {
    file_key: head.key,
    summary: entry.summary,
    model: entry.model,
    cached,
    coverage: entry.coverage,
    etag: head.etag,
    usage: cached ? NO_USAGE : entry.usage,
  };
}
