import { noSuchFile, ServiceError } from '../errors.ts';
import { closingBody } from './body-chunks.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { checkKey } from './key.ts';
import { compareKeys } from './key-order.ts';
import { checkLimit, MAX_PAGE, rollUp } from './listing.ts';
import type { FileEntry, FileStore, ListPage, ListRequest } from './store.ts';

/**
 * Limits a store to prefixes, which match at `/` boundaries: `docs` admits `docs` and `docs/…`, never
 * `docs-evil/…`; `docs/` only what is below. Outside, nothing exists: reading is `not_found`, listings do not
 * show it; writing is `bad_request`.
 */
export function scopeStore(store: FileStore, prefixes: readonly string[]): FileStore {
  if (prefixes.length === 0) throw new TypeError('a scope needs at least one prefix');
  const scope = new Scope(prefixes);
  const inside = (key: string) => {
    checkKey(key);
    if (!scope.admits(key)) throw noSuchFile(key);
  };
  const writable = (key: string) => {
    checkKey(key);
    if (scope.admits(key)) return;
    throw new ServiceError(
      'bad_request',
      `${JSON.stringify(key)} is outside of what this server serves: choose a key below ${prefixes.map((prefix) => JSON.stringify(prefix)).join(' or ')}`,
    );
  };
  return {
    bucket: store.bucket,
    ...(store.plainFiles && { plainFiles: store.plainFiles }),
    list: async (request = {}) => listScope(store, scope, request),
    head: async (key, options) => {
      inside(key);
      return store.head(key, options);
    },
    ...(store.tags && {
      tags: async (key, options) => {
        inside(key);
        return store.tags!(key, options);
      },
    }),
    read: async (key, options) => {
      inside(key);
      return store.read(key, options);
    },
    put: (key, body, options) =>
      closingBody(body, async () => {
        writable(key);
        return store.put(key, body, options);
      }),
    delete: async (key, options) => {
      writable(key);
      return store.delete(key, options);
    },
  };
}

/** A piece of the scope: one key, or all keys that start with a prefix (which is empty or ends in `/`). */
interface Piece {
  name: string;
  isKey: boolean;
}

class Scope {
  /** Disjoint, in the order of their keys. */
  readonly pieces: readonly Piece[];

  constructor(prefixes: readonly string[]) {
    const pieces = prefixes.flatMap((prefix): Piece[] => {
      if (prefix === '' || prefix.endsWith('/')) return [{ name: prefix, isKey: false }];
      return [
        { name: prefix, isKey: true },
        { name: `${prefix}/`, isKey: false },
      ];
    });
    this.pieces = pieces
      .filter(
        (piece, i) => !pieces.some((other, j) => covers(other, piece) && (j < i || !covers(piece, other))),
      )
      .sort((a, b) => compareKeys(a.name, b.name));
  }

  admits(key: string): boolean {
    return this.pieces.some((piece) => covers(piece, { name: key, isKey: true }));
  }
}

function covers(a: Piece, b: Piece): boolean {
  return a.isKey ? b.isKey && a.name === b.name : b.name.startsWith(a.name);
}

/** The cursor: the piece that was listed, where in it to go on (empty: behind it), and the last rolled-up prefix. */
interface Position {
  piece: number;
  cursor: string | undefined;
  rolled: string | undefined;
}

async function listScope(store: FileStore, scope: Scope, request: ListRequest): Promise<ListPage> {
  const { prefix = '', delimiter, limit = MAX_PAGE, cursor, signal } = request;
  checkLimit(limit);
  const files: FileEntry[] = [];
  const prefixes: string[] = [];
  let { piece: index, cursor: inner, rolled } = decodePosition(scope, cursor);
  for (; index < scope.pieces.length; index++, inner = undefined) {
    const piece = scope.pieces[index]!;
    if (!piece.name.startsWith(prefix) && (piece.isKey || !prefix.startsWith(piece.name))) continue;
    const room = limit - files.length - prefixes.length;
    const above =
      piece.name.startsWith(prefix) && delimiter ? rollUp(piece.name, prefix, delimiter) : undefined;
    if (above !== undefined && above === rolled) continue;
    const narrowed = piece.name.length > prefix.length ? piece.name : prefix;
    const page =
      piece.isKey || above !== undefined
        ? await presence(store, piece, signal)
        : await store.list({
            prefix: narrowed,
            limit: Math.max(room, 1),
            ...(delimiter !== undefined && { delimiter }),
            ...(inner !== undefined && { cursor: inner }),
            ...(signal && { signal }),
          });
    if (page.files.length + page.prefixes.length === 0 && page.nextCursor === undefined) continue;
    if (room === 0)
      return { files, prefixes, nextCursor: encodePosition(scope, { piece: index, cursor: inner, rolled }) };
    if (above !== undefined) {
      prefixes.push(above);
      rolled = above;
      continue;
    }
    files.push(...page.files);
    prefixes.push(...page.prefixes);
    rolled = page.prefixes.at(-1) ?? rolled;
    if (page.nextCursor !== undefined) {
      return {
        files,
        prefixes,
        nextCursor: encodePosition(scope, { piece: index, cursor: page.nextCursor, rolled }),
      };
    }
  }
  return { files, prefixes };
}

/** Whether a piece holds anything, as a page of at most one file. */
async function presence(store: FileStore, piece: Piece, signal: AbortSignal | undefined): Promise<ListPage> {
  const options = signal ? { signal } : {};
  const page = await store.list({ prefix: piece.name, limit: 1, ...options });
  if (!piece.isKey) return page;
  return { files: page.files.filter((file) => file.key === piece.name), prefixes: [] };
}

function encodePosition(scope: Scope, { piece, cursor, rolled }: Position): string {
  const { name, isKey } = scope.pieces[piece]!;
  return encodeCursor([isKey ? 'key' : 'prefix', name, cursor ?? '', rolled ?? '']);
}

function decodePosition(scope: Scope, cursor: string | undefined): Position {
  if (cursor === undefined) return { piece: 0, cursor: undefined, rolled: undefined };
  const [kind, name, inner, rolled] = decodeCursor(cursor, 4);
  const piece = scope.pieces.findIndex((each) => each.name === name && each.isKey === (kind === 'key'));
  if (piece === -1)
    throw new ServiceError('bad_request', 'the cursor is from another scope: start without one');
  return { piece, cursor: inner || undefined, rolled: rolled || undefined };
}
