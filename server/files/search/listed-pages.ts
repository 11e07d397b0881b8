import { compareKeys } from '../key-order.ts';
import type { FileEntry, FileStore, ListPage } from '../store.ts';

export interface ListedPage {
  entries: FileEntry[];
  /** The cursor that listed it; empty for the first. */
  listCursor: string;
}

export interface ListedPagesOptions {
  prefix: string;
  wanted: (key: string) => boolean;
  /** Where to go on: a page, and the first key of it. */
  from: { listCursor: string; key: string } | undefined;
  signal: AbortSignal | undefined;
}

/** The files to search, page by page; the next page is listed while one is searched. */
export async function* listedPages(
  store: FileStore,
  { prefix, wanted, from, signal }: ListedPagesOptions,
): AsyncGenerator<ListedPage> {
  const list = (cursor: string): Promise<ListPage> => {
    const page = store.list({ prefix, ...(cursor !== '' && { cursor }), ...(signal && { signal }) });
    page.catch(() => {}); // Seen when it is the page's turn, if that comes.
    return page;
  };
  let listCursor = from?.listCursor ?? '';
  let ahead: Promise<ListPage> | undefined = list(listCursor);
  while (ahead) {
    const { files, nextCursor }: ListPage = await ahead;
    ahead = nextCursor === undefined ? undefined : list(nextCursor);
    const isBehind = (key: string) => from !== undefined && compareKeys(key, from.key) < 0;
    const entries = files.filter(({ key }) => !isBehind(key) && wanted(key));
    if (entries.length > 0) yield { entries, listCursor };
    listCursor = nextCursor ?? '';
  }
}
