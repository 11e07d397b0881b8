import type { Readable } from 'node:stream';

/**
 * FileStore: a bucket of files under opaque keys. Two implementations (folder-store.ts, s3-store.ts) pass one
 * contract test. Keys are any UTF-8 of 1 to 1,024 bytes, as in S3: `..`, `//`, a leading `/` and a trailing `/`
 * have no meaning of their own.
 *
 * Every method throws ServiceError: `not_found`, `precondition_failed`, `range_not_satisfiable`, `bad_request`
 * (a key or cursor that cannot be), `storage_failed`, `storage_full`. An aborted signal rejects with its reason.
 */
export interface FileStore {
  /** Name of the bucket, as in `s3://BUCKET/KEY`. */
  readonly bucket: string;

  /**
   * Of a folder on this machine only: where a worker thread can read ordinary files by itself, without waiting, by
   * `PlainFileReader`. Which keys there are is for `list` to say all the same.
   */
  readonly plainFiles?: { root: string };

  /** A page of keys in UTF-8 byte order, S3's. */
  list(request?: ListRequest): Promise<ListPage>;

  head(key: string, options?: { signal?: AbortSignal }): Promise<FileHead>;

  /** Tags of a file, where the storage has such. */
  tags?(key: string, options?: { signal?: AbortSignal }): Promise<Record<string, string>>;

  /** Opens a file. The body is a stream from the file as it was at one moment: its etag is the head's. */
  read(key: string, options?: ReadOptions): Promise<FileBody>;

  /** Stores a file whole or not at all: a half-written one is never visible, also after a crash. */
  put(key: string, body: Readable | Uint8Array, options?: PutOptions): Promise<PutResult>;

  /** Deletes a file; one that is not there is no error, as in S3. */
  delete(key: string, options?: { signal?: AbortSignal }): Promise<void>;
}

export interface FileEntry {
  key: string;
  /** Bytes. */
  size: number;
  lastModified: Date;
  /** Opaque, with its double quotes, as HTTP has it. Changes whenever the content does. */
  etag: string;
}

export interface FileHead extends FileEntry {
  contentType?: string;
  /** `gzip` makes the text layer decode; anything else is served as it is. */
  contentEncoding?: string;
}

export interface ListRequest {
  prefix?: string;
  /** Usually `/`: keys that hold it after the prefix are rolled up into `prefixes`. */
  delimiter?: string;
  /** `nextCursor` of the page before. Opaque and stateless: any process may continue it. */
  cursor?: string;
  /** Most entries (files and prefixes together) on the page: 1 to 1,000, default 1,000. */
  limit?: number;
  signal?: AbortSignal;
}

export interface ListPage {
  files: FileEntry[];
  /** Rolled-up prefixes, each ending in the delimiter. */
  prefixes: string[];
  /** Present exactly when there is more. */
  nextCursor?: string;
}

export interface ReadOptions {
  /** Byte range, `end` inclusive and clipped to the file; a start at or behind the end is `range_not_satisfiable`. */
  range?: { start: number; end?: number };
  /** Fails with `precondition_failed` unless the file still has this etag. */
  ifMatch?: string;
  signal?: AbortSignal;
}

export interface FileBody {
  head: FileHead;
  /** First and last byte of the body, inclusive; `end` is `start - 1` for an empty file. */
  start: number;
  end: number;
  body: Readable;
  /** All of the body where a store has it at hand; then the stream need not be read. */
  bytes?: Buffer;
  /** Takes a chunk of the body back, to be filled again. For readers that are done with all that they had of it. */
  recycle?(chunk: Buffer): void;
}

export interface PutOptions {
  contentType?: string;
  contentEncoding?: string;
  /** Replace only the version with this etag. */
  ifMatch?: string;
  /** Create only: an existing file is `precondition_failed`. */
  ifNoneMatch?: '*';
  /** Expected SHA-256 of the content, base64: a difference is `bad_request` and stores nothing. */
  sha256?: string;
  /** Whether the result is to tell the SHA-256, default true. Of a large file it costs as much as all the rest. */
  tellSha256?: boolean;
  /** Called with the bytes taken so far. */
  onProgress?: (bytes: number) => void;
  signal?: AbortSignal;
}

export interface PutResult {
  etag: string;
  /** Bytes. */
  size: number;
  /** SHA-256 of what was stored, base64; missing only where nobody wanted it. */
  sha256?: string;
}
