import { ServiceError } from '../errors.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { compareKeys } from './key-order.ts';
import type { FileEntry, ListPage, ListRequest } from './store.ts';

export const MAX_PAGE = 1000;

/** Where a listing goes on: behind a key, or behind everything that starts with a rolled-up prefix. */
export type ListPosition = { kind: 'key' | 'prefix'; value: string };

/** What is behind `position` and may hold a key that starts with `prefix`: the two ways to prune a walk. */
export class ListWindow {
  readonly prefix: string;
  position: ListPosition | undefined;

  constructor(prefix: string, position: ListPosition | undefined) {
    this.prefix = prefix;
    this.position = position;
  }

  hasKey(key: string): boolean {
    if (!key.startsWith(this.prefix)) return false;
    const { position } = this;
    if (!position) return true;
    if (position.kind === 'prefix' && key.startsWith(position.value)) return false;
    return compareKeys(key, position.value) > 0;
  }

  /** Whether a key that starts with `folder` (which ends in `/`) could be in the window. */
  mayHoldKeysOf(folder: string): boolean {
    if (!folder.startsWith(this.prefix) && !this.prefix.startsWith(folder)) return false;
    const { position } = this;
    if (!position) return true;
    if (position.kind === 'prefix' && folder.startsWith(position.value)) return false;
    return position.value.startsWith(folder) || compareKeys(folder, position.value) > 0;
  }
}

/** One key of a sorted source. `entry` is read only for those that reach the page; undefined: gone meanwhile. */
export interface ListedKey {
  key: string;
  entry: () => Promise<FileEntry | undefined>;
}

/**
 * Makes a page, with the roll-up of ListObjectsV2, from a source that yields keys of the window in order. The
 * source must look at the window again after each key: the page moves its position past what is rolled up.
 */
export async function listPage(
  request: ListRequest,
  source: (window: ListWindow) => AsyncIterable<ListedKey>,
): Promise<ListPage> {
  const { prefix = '', delimiter, limit = MAX_PAGE, cursor, signal } = request;
  checkLimit(limit);
  const window = new ListWindow(prefix, cursor === undefined ? undefined : decodePosition(cursor));
  const listed: ListedKey[] = [];
  const prefixes: string[] = [];
  let nextCursor: string | undefined;
  for await (const item of source(window)) {
    signal?.throwIfAborted();
    if (listed.length + prefixes.length === limit) {
      nextCursor = encodePosition(window.position!);
      break;
    }
    const rolled = delimiter ? rollUp(item.key, prefix, delimiter) : undefined;
    if (rolled === undefined) listed.push(item);
    else prefixes.push(rolled);
    window.position =
      rolled === undefined ? { kind: 'key', value: item.key } : { kind: 'prefix', value: rolled };
  }
  const files = (await Promise.all(listed.map((item) => item.entry()))).filter(
    (entry) => entry !== undefined,
  );
  signal?.throwIfAborted();
  return { files, prefixes, ...(nextCursor !== undefined && { nextCursor }) };
}

/** The common prefix that a key is rolled up into, if it holds the delimiter behind the prefix. */
export function rollUp(key: string, prefix: string, delimiter: string): string | undefined {
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new ServiceError('bad_request', `the limit must be a whole number from 1 to ${MAX_PAGE}`);
  }
}

function encodePosition(position: ListPosition): string {
  return encodeCursor([position.kind, position.value]);
}

function decodePosition(cursor: string): ListPosition {
  const [kind, value] = decodeCursor(cursor, 2);
  return { kind: kind === 'prefix' ? 'prefix' : 'key', value: value! };
}
