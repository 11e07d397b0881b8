import { realpath, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { noSuchFile, ServiceError } from '../errors.ts';
import { closingBody } from './body-chunks.ts';
import { bucketName } from './bucket-name.ts';
import { openDirectory } from './folder/directory.ts';
import { FileReadable } from './folder/file-body.ts';
import { KeyLock } from './folder/key-lock.ts';
import { atPath, findFile, notFound, openFile } from './folder/locate.ts';
import { mergeKeys } from './folder/merge-keys.ts';
import { MetadataFiles } from './folder/metadata.ts';
import { Overlay } from './folder/overlay.ts';
import { OwnFolder } from './folder/own-folder.ts';
import { plainSegments } from './folder/place.ts';
import { HAS_PLAIN_READS } from './folder/plain-file-reader.ts';
import { type PutContext, putFile } from './folder/put-file.ts';
import { QuickBody, quickRead } from './folder/quick-read.ts';
import { entryOf, etagOf } from './folder/stat.ts';
import { isMissing, storage } from './folder/storage-error.ts';
import { removeStaleTempFiles } from './folder/temp-file.ts';
import { walk } from './folder/walk.ts';
import { checkKey, checkWritable, isHidden, isReserved } from './key.ts';
import { listPage, MAX_PAGE } from './listing.ts';
import { checkPreconditions, rangeNotSatisfiable } from './preconditions.ts';
import type {
  FileBody,
  FileHead,
  FileStore,
  ListPage,
  ListRequest,
  PutOptions,
  PutResult,
  ReadOptions,
} from './store.ts';

export interface FolderStoreOptions {
  folder: string;
  /** Default: the folder's name, made to fit the rules for names of buckets. */
  bucket?: string;
  /** Serve names with a leading dot too. `.mcp-s3/` never is. */
  hidden?: boolean;
}

/**
 * A folder as a bucket. Ordinary keys are ordinary paths, and what a person puts into the folder is in the bucket;
 * keys that no path can carry live in `.mcp-s3/objects/`. Links are never followed.
 *
 * Throws `storage_failed` if the folder is not there or is no folder.
 */
export async function createFolderStore(options: FolderStoreOptions): Promise<FileStore> {
  const what = `cannot serve the folder ${JSON.stringify(options.folder)}`;
  const root = await storage(what, async () => {
    const path = await realpath(options.folder).catch((error) => {
      if (!isMissing(error)) throw error;
      throw new ServiceError('storage_failed', `${what}: there is none of this name`, { cause: error });
    });
    if ((await stat(path)).isDirectory()) return path;
    throw new ServiceError('storage_failed', `${what}: it is a file`);
  });
  const store = new FolderStore(root, options.bucket ?? bucketName(basename(root)), options.hidden ?? false);
  await store.tidy();
  return store;
}

class FolderStore implements FileStore {
  readonly bucket: string;
  readonly plainFiles?: { root: string };
  readonly #root: string;
  readonly #hidden: boolean;
  readonly #context: PutContext;

  constructor(root: string, bucket: string, hidden: boolean) {
    this.bucket = bucket;
    if (HAS_PLAIN_READS) this.plainFiles = { root };
    this.#root = root;
    this.#hidden = hidden;
    const own = new OwnFolder(root);
    this.#context = {
      root,
      own,
      overlay: new Overlay(own),
      metadata: new MetadataFiles(root, own),
      lock: new KeyLock(),
    };
  }

  /** Removes what killed processes left behind. */
  async tidy(): Promise<void> {
    const { own } = this.#context;
    try {
      await own.ifPresent('tmp', (directory) => own.use(() => removeStaleTempFiles(directory)));
    } catch {
      // Not ours to read: then a put will say so.
    }
  }

  async list(request: ListRequest = {}): Promise<ListPage> {
    request.signal?.throwIfAborted();
    const { delimiter, limit = MAX_PAGE } = request;
    const options = { root: this.#root, hidden: this.#hidden, wanted: limit + 1, rollsUp: delimiter === '/' };
    return listPage(request, (window) =>
      mergeKeys(window, walk(options, window), this.#context.overlay.list(window, this.#hidden)),
    );
  }

  async head(key: string, options: { signal?: AbortSignal } = {}): Promise<FileHead> {
    this.#checkVisible(key);
    options.signal?.throwIfAborted();
    const what = `cannot look at ${JSON.stringify(key)}`;
    return storage(what, async () => {
      const stats = await findFile(this.#root, this.#context.overlay, key);
      if (!stats) throw await notFound(this.#root, key);
      return { ...entryOf(key, stats), ...(await this.#context.metadata.of(key, etagOf(stats))) };
    });
  }

  async read(key: string, options: ReadOptions = {}): Promise<FileBody> {
    this.#checkVisible(key);
    const { range, signal } = options;
    signal?.throwIfAborted();
    const what = `cannot read ${JSON.stringify(key)}`;
    const segments = plainSegments(key);
    const quick = segments && quickRead(this.#root, segments, range);
    if (quick) {
      const entry = entryOf(key, quick.stats);
      checkPreconditions(key, entry.etag, options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch });
      const head = { ...entry, ...(await storage(what, () => this.#context.metadata.of(key, entry.etag))) };
      return new QuickBody(head, quick, signal);
    }
    const { handle, stats } = await storage(what, () => openFile(this.#root, key));
    try {
      const entry = entryOf(key, stats);
      checkPreconditions(key, entry.etag, options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch });
      if (range && range.start >= entry.size) throw rangeNotSatisfiable(key, range.start, entry.size);
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? entry.size - 1, entry.size - 1);
      const head = { ...entry, ...(await storage(what, () => this.#context.metadata.of(key, entry.etag))) };
      signal?.throwIfAborted();
      const body = new FileReadable(handle, entry, start, end, signal);
      return { head, start, end, body, recycle: (chunk) => body.recycle(chunk) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async put(key: string, body: Readable | Uint8Array, options: PutOptions = {}): Promise<PutResult> {
    return closingBody(body, async () => {
      this.#checkWritable(key);
      return putFile(this.#context, key, body, options);
    });
  }

  async delete(key: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#checkWritable(key);
    options.signal?.throwIfAborted();
    const { own, overlay, metadata, lock } = this.#context;
    await storage(`cannot delete ${JSON.stringify(key)}`, () =>
      own.use(() =>
        lock.run(key, async () => {
          await this.#unlinkAtPath(key);
          await overlay.remove(key);
          await metadata.remove(key);
        }),
      ),
    );
  }

  async #unlinkAtPath(key: string): Promise<void> {
    if ((await atPath(this.#root, key))?.kind !== 'file') return;
    const segments = plainSegments(key)!;
    try {
      const parent = await openDirectory(this.#root, segments.slice(0, -1));
      try {
        await unlink(join(parent.path, segments.at(-1)!));
      } finally {
        await parent.close();
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  #checkVisible(key: string): void {
    checkKey(key);
    if (isReserved(key) || (!this.#hidden && isHidden(key))) throw noSuchFile(key);
  }

  #checkWritable(key: string): void {
    checkWritable(key);
    if (!this.#hidden && isHidden(key)) {
      throw new ServiceError(
        'bad_request',
        `${JSON.stringify(key)} has a name with a leading dot, and hidden files are not served: choose another key, or start the server with --hidden`,
      );
    }
  }
}
