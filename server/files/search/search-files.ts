import { ServiceError } from '../../errors.ts';
import { compileGlob } from '../glob.ts';
import type { FileEntry, FileStore } from '../store.ts';
import { type Content, openContent } from './content.ts';
import { type ListedPage, listedPages } from './listed-pages.ts';
import type { LineMatch, LineQuery, ScanPosition, SearchBudget, StopReason } from './query.ts';
import { type AheadFile, readAhead } from './read-ahead.ts';
import { decodeSearchCursor, encodeSearchCursor, type SearchPosition, searchId } from './search-cursor.ts';
import { checkRequest, DEFAULT_BUDGET, type SearchRequest } from './search-request.ts';
import { type SearchThread, ThreadLost } from './search-thread.ts';
import { searchThreads } from './thread-pool.ts';
import type { SearchMessage, SearchReply } from './worker-messages.ts';

export interface SearchResult {
  /** In the order of keys, then of places. */
  matches: LineMatch[];
  searched: { files: number; bytes: number };
  skipped: { binary: number; tooLarge: number; unreadable: number };
  /** The first of the files that could not be read, and why. */
  failures: { key: string; reason: string }[];
  /** Every file was searched to its end, in this call and those before. */
  complete: boolean;
  /** Why there is more; absent at the end. */
  stoppedBy?: StopReason;
  /** The file that the next page begins in. */
  stoppedAt?: string;
  /** Present exactly when there is more. */
  nextCursor?: string;
}

/** For the thread to start and to compile the pattern. */
const START = 15_000;
/** An aborted search ends by itself within this, or is ended. */
const ABORT_GRACE = 250;
const MOST_FAILURES = 5;

/**
 * Searches lines of text in the files under a prefix, in the order of their keys, until a budget ends. What matches
 * is decided by RE2's rules on each line (without its line end) alone, whatever the files' encodings; lines above
 * 64 KiB are searched in overlapping pieces, where a match of up to 16 KiB is found. Matching runs in a thread that
 * is ended when it takes too long.
 *
 * Throws `bad_request` for a pattern, glob or cursor that cannot be used and for a pattern that takes too long, and
 * the errors of `FileStore.list`. An aborted signal rejects with its reason.
 */
export async function searchFiles(
  store: FileStore,
  request: SearchRequest,
  signal?: AbortSignal,
): Promise<SearchResult> {
  checkRequest(request);
  const {
    prefix = '',
    glob,
    pattern,
    mode = 'literal',
    ignoreCase = false,
    contextLines = 0,
    cursor,
  } = request;
  const wanted = glob === undefined ? () => true : compileGlob(glob);
  const id = searchId([store.bucket, prefix, glob ?? '', pattern, mode, ignoreCase, contextLines]);
  const from = cursor === undefined ? undefined : decodeSearchCursor(id, cursor);
  const budget = { ...DEFAULT_BUDGET, ...request.limits };
  const thread = await searchThreads.acquire(signal);
  try {
    const query = { pattern, mode, ignoreCase, contextLines };
    const search = new Search(store, query, budget, id, from, thread, signal);
    return await search.over(listedPages(store, { prefix, wanted, from, signal }));
  } finally {
    searchThreads.release(thread);
  }
}

class Search {
  readonly #store: FileStore;
  readonly #query: LineQuery;
  readonly #budget: SearchBudget;
  readonly #id: string;
  /** Where to begin; used up by the first file. */
  #from: SearchPosition | undefined;
  readonly #thread: SearchThread;
  readonly #signal: AbortSignal | undefined;
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  readonly #result: SearchResult = {
    matches: [],
    searched: { files: 0, bytes: 0 },
    skipped: { binary: 0, tooLarge: 0, unreadable: 0 },
    failures: [],
    complete: false,
  };
  #deadline = 0;

  constructor(
    store: FileStore,
    query: LineQuery,
    budget: SearchBudget,
    id: string,
    from: SearchPosition | undefined,
    thread: SearchThread,
    signal: AbortSignal | undefined,
  ) {
    this.#store = store;
    this.#query = query;
    this.#budget = budget;
    this.#id = id;
    this.#from = from;
    this.#thread = thread;
    this.#signal = signal;
  }

  async over(pages: AsyncGenerator<ListedPage>): Promise<SearchResult> {
    try {
      const { root } = this.#store.plainFiles ?? {};
      await this.#ask(
        {
          kind: 'start',
          query: this.#query,
          budget: this.#budget,
          shared: this.#shared,
          ...(root && { root }),
        },
        [],
        performance.now() + START,
      );
      this.#deadline = performance.now() + this.#budget.timeMs + this.#budget.graceMs;
      for await (const page of pages) {
        const goesOn = root === undefined ? await this.#stored(page) : await this.#plain(page);
        if (!goesOn) return this.#result;
      }
    } finally {
      await pages.return(undefined);
    }
    this.#result.complete = this.#result.skipped.unreadable === 0;
    return this.#result;
  }

  /** A page of a folder: the thread reads, and hands back what it cannot. Returns whether to go on. */
  async #plain(page: ListedPage): Promise<boolean> {
    const keys = page.entries.map(({ key }) => key);
    for (let at = 0; at < keys.length; at++) {
      const entry = page.entries[at]!;
      const position = this.#positionIn(entry);
      const message: SearchMessage = { kind: 'files', keys: keys.slice(at), ...(position && { position }) };
      const reply = await this.#ask(message, keys.slice(at));
      at += reply.done;
      if (reply.stopped) {
        const first = reply.done === 0 ? position : undefined;
        return this.#stop(page, page.entries[at]!, reply.stopped.reason, reply.stopped.position ?? first);
      }
      if (!reply.needsStore) return true;
      const first = reply.done === 0 ? position : undefined;
      if (!(await this.#file(page, { entry: page.entries[at]! }, first))) return false;
    }
    return true;
  }

  async #stored(page: ListedPage): Promise<boolean> {
    let entries = page.entries;
    const position = this.#positionIn(entries[0]!);
    if (position) {
      if (!(await this.#file(page, { entry: entries[0]! }, position))) return false;
      entries = entries.slice(1);
    }
    for await (const file of readAhead(this.#store, entries, this.#signal)) {
      if (!(await this.#file(page, file, undefined))) return false;
    }
    return true;
  }

  /** A file through the store. */
  async #file(page: ListedPage, file: AheadFile, position: ScanPosition | undefined): Promise<boolean> {
    const { entry } = file;
    let content: Content | undefined;
    try {
      const from = position && { offset: position.offset, etag: entry.etag };
      content = await openContent(this.#store, file, from, this.#signal);
      let isFirst = true;
      for await (const { bytes, isLast } of content.pieces) {
        const start = isFirst ? position : undefined;
        const own = owned(bytes);
        const message: SearchMessage = {
          kind: 'content',
          key: entry.key,
          bytes: own,
          isFirst,
          isLast,
          ...(start && { position: start }),
        };
        const reply = await this.#ask(message, [entry.key], undefined, [own.buffer as ArrayBuffer]);
        isFirst = false;
        if (reply.stopped) {
          return this.#stop(page, entry, reply.stopped.reason, reply.stopped.position ?? position);
        }
        if (reply.done > 0) break;
      }
      return true;
    } catch (error) {
      return this.#failed(page, entry, position, error);
    } finally {
      await content?.pieces.return(undefined);
    }
  }

  /** What becomes of a file that could not be read to its end. */
  async #failed(
    page: ListedPage,
    entry: FileEntry,
    position: ScanPosition | undefined,
    error: unknown,
  ): Promise<boolean> {
    this.#signal?.throwIfAborted();
    if (!(error instanceof ServiceError) || error.code === 'bad_request') throw error;
    // Deleted since it was listed.
    if (error.code === 'not_found') return true;
    // Replaced since the page before: the new one from its start.
    if (error.code === 'precondition_failed' && position) return this.#file(page, { entry }, undefined);
    if (error.code === 'too_large') {
      this.#result.skipped.tooLarge++;
      return true;
    }
    this.#result.skipped.unreadable++;
    if (this.#result.failures.length < MOST_FAILURES) {
      this.#result.failures.push({ key: entry.key, reason: error.message });
    }
    return true;
  }

  /** The position that the cursor gave, if this is its file and still its version. */
  #positionIn({ key, etag }: FileEntry): ScanPosition | undefined {
    const from = this.#from;
    this.#from = undefined;
    return from?.key === key && from.etag === etag ? from.scan : undefined;
  }

  #stop(page: ListedPage, entry: FileEntry, reason: StopReason, scan: ScanPosition | undefined): false {
    const { key, etag } = entry;
    this.#result.stoppedBy = reason;
    this.#result.stoppedAt = key;
    this.#result.nextCursor = encodeSearchCursor(this.#id, { listCursor: page.listCursor, key, etag, scan });
    return false;
  }

  async #ask(
    message: SearchMessage,
    keys: readonly string[],
    deadline = Math.max(this.#deadline, performance.now() + this.#budget.graceMs),
    transfer: ArrayBuffer[] = [],
  ): Promise<SearchReply> {
    const signal = this.#signal;
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      Atomics.store(this.#shared, 0, 1);
      timer = setTimeout(() => void this.#thread.end(), ABORT_GRACE);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    let reply: SearchReply;
    try {
      reply = await this.#thread.ask(message, deadline, transfer);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ThreadLost)) throw error;
      throw this.#tooSlow(keys[this.#shared[1]!] ?? keys[0], error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    }
    signal?.throwIfAborted();
    if (reply.error) throw new ServiceError(reply.error.code, reply.error.message);
    this.#result.matches.push(...reply.matches);
    this.#result.searched.files += reply.searched.files;
    this.#result.searched.bytes += reply.searched.bytes;
    this.#result.skipped.binary += reply.binary;
    return reply;
  }

  #tooSlow(key: string | undefined, cause: Error): ServiceError {
    const where = key === undefined ? '' : ` in ${JSON.stringify(key)}`;
    return new ServiceError(
      'bad_request',
      `the search was ended${where}: the pattern takes too long, or too much memory, on a line there. Use smaller repeat counts and fewer alternatives, or search for a text that stands in the line in the literal mode`,
      { cause },
    );
  }
}

/** Bytes whose memory may be handed to the thread: nobody else's are in it. */
function owned(bytes: Buffer): Uint8Array {
  return bytes.length === bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes);
}
