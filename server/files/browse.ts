import { badCursor, decodeCursor, encodeCursor } from './cursor.ts';
import { compileGlob } from './glob.ts';
import type { FileEntry, FileStore, ListPage } from './store.ts';

export const FILE_ORDERS = ['key', 'newest', 'largest'] as const;
export type FileOrder = (typeof FILE_ORDERS)[number];

/** Keys looked at for one page: a filter that fits nothing, or a sort, must not walk a bucket of millions. */
const MOST_KEYS = 20_000;
const STORE_PAGE = 1000;

export interface BrowseRequest {
  prefix?: string | undefined;
  /** As `compileGlob` has it. Folders that stand for deeper keys are not filtered. */
  glob?: string | undefined;
  /** Levels below the prefix, from 1: deeper keys are rolled up into folders. */
  depth?: number | undefined;
  order?: FileOrder | undefined;
  /** Most entries, files and folders together. */
  limit: number;
  cursor?: string | undefined;
  signal: AbortSignal;
}

export interface BrowsePage {
  files: FileEntry[];
  /** Empty unless a depth was given; none in an order other than that of keys. */
  folders: string[];
  nextCursor?: string;
  /** Only the first keys were sorted, there are more. */
  partlySorted?: true;
}

/** A page of files for a reader that looks around. Throws `bad_request` for a glob or cursor that is none. */
export function browse(store: FileStore, request: BrowseRequest): Promise<BrowsePage> {
  return (request.order ?? 'key') === 'key' ? inKeyOrder(store, request) : sorted(store, request);
}

async function inKeyOrder(store: FileStore, request: BrowseRequest): Promise<BrowsePage> {
  const { limit } = request;
  const accept = acceptor(request);
  let [listCursor, lastFolder] = request.cursor === undefined ? [] : decodeCursor(request.cursor, 2);
  const files: FileEntry[] = [];
  const folders: string[] = [];
  let looked = 0;
  for (;;) {
    const free = limit - files.length - folders.length;
    // A page that is nearly full is sent as it is: filling up the last places would take a listing each.
    if (free === 0 || free < limit / 10 || looked >= MOST_KEYS) {
      return { files, folders, nextCursor: encodeCursor([listCursor!, lastFolder ?? '']) };
    }
    const page = await listing(store, request, listCursor, Math.min(free, STORE_PAGE));
    looked += page.files.length + page.prefixes.length;
    folders.push(...page.prefixes);
    for (const file of page.files) {
      const verdict = accept(file.key);
      if (verdict === true) files.push(file);
      else if (verdict !== false && verdict !== lastFolder) {
        lastFolder = verdict;
        folders.push(verdict);
      }
    }
    if (page.nextCursor === undefined) return { files, folders };
    listCursor = page.nextCursor;
  }
}

async function sorted(store: FileStore, request: BrowseRequest): Promise<BrowsePage> {
  const { limit, order } = request;
  const accept = acceptor(request);
  const offset = request.cursor === undefined ? 0 : offsetOf(request.cursor);
  const found: FileEntry[] = [];
  let listCursor: string | undefined;
  let looked = 0;
  do {
    const page = await listing(store, request, listCursor, STORE_PAGE);
    looked += page.files.length + page.prefixes.length;
    for (const file of page.files) if (accept(file.key) === true) found.push(file);
    listCursor = page.nextCursor;
  } while (listCursor !== undefined && looked < MOST_KEYS);
  const rank = (file: FileEntry) => (order === 'largest' ? file.size : file.lastModified.getTime());
  // Equal ones stay in the order of their keys.
  found.sort((a, b) => rank(b) - rank(a));
  const end = offset + limit;
  return {
    files: found.slice(offset, end),
    folders: [],
    ...(end < found.length ? { nextCursor: encodeCursor(['sorted', String(end)]) } : {}),
    ...(listCursor === undefined ? {} : { partlySorted: true }),
  };
}

function listing(
  store: FileStore,
  { prefix, depth, signal }: BrowseRequest,
  cursor: string | undefined,
  limit: number,
): Promise<ListPage> {
  return store.list({
    ...(prefix === undefined ? {} : { prefix }),
    ...(depth === 1 ? { delimiter: '/' } : {}),
    ...(cursor === undefined ? {} : { cursor }),
    limit,
    signal,
  });
}

/** Whether a key is shown; the folder that stands for it where it lies too deep. */
function acceptor({ prefix = '', glob, depth }: BrowseRequest): (key: string) => boolean | string {
  const fits = glob === undefined ? () => true : compileGlob(glob);
  if (depth === undefined || depth === 1) return fits;
  return (key) => {
    let end = prefix.length;
    for (let level = 0; level < depth; level++) {
      end = key.indexOf('/', end) + 1;
      if (end === 0) return fits(key);
    }
    return key.slice(0, end);
  };
}

function offsetOf(cursor: string): number {
  const [kind, offset] = decodeCursor(cursor, 2);
  if (kind !== 'sorted' || !/^\d{1,6}$/.test(offset!)) throw badCursor();
  return Number(offset);
}
