import { lstat, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isHidden } from '../key.ts';
import { compareKeys } from '../key-order.ts';
import type { ListedKey, ListWindow } from '../listing.ts';
import type { Directory } from './directory.ts';
import type { OwnFolder } from './own-folder.ts';
import { overlayName } from './place.ts';
import { placeFile } from './place-file.ts';
import { entryOf, type Occupant, occupant } from './stat.ts';
import { isMissing, storage, storageError } from './storage-error.ts';

const SIDECAR = '.key';

/**
 * Files under keys that no path can carry (`a//b`, `../x`, `a/`), or whose path is taken (`a/b` beside a file
 * `a`): `.mcp-s3/objects/<sha256 of the key>`, with the key itself in a file beside it.
 */
export class Overlay {
  readonly #own: OwnFolder;
  /** Keys by name. A name is the key's hash, so this never gets stale. */
  #keys = new Map<string, string>();

  constructor(own: OwnFolder) {
    this.#own = own;
  }

  async find(key: string): Promise<Occupant> {
    return this.#own.ifPresent('objects', (objects) => occupant(objects, overlayName(key)));
  }

  /** Moves a complete file in. The sidecar comes first: an object without one would never be listed. */
  async commit(key: string, source: string, createOnly: boolean): Promise<void> {
    const name = overlayName(key);
    await this.#own.within('objects', async (objects) => {
      const sidecar = join(objects.path, name + SIDECAR);
      const draft = `${source}${SIDECAR}`;
      await writeFile(draft, key);
      await rename(draft, sidecar);
      await placeFile(source, join(objects.path, name), createOnly);
    });
  }

  async remove(key: string): Promise<void> {
    await this.#own.ifPresent('objects', async (objects) => {
      const name = overlayName(key);
      for (const path of [join(objects.path, name), join(objects.path, name + SIDECAR)]) {
        await unlink(path).catch((error) => {
          if (!isMissing(error)) throw error;
        });
      }
    });
  }

  /** The keys of the window, in order. */
  async list(window: ListWindow, hidden: boolean): Promise<ListedKey[]> {
    const keys = await storage('cannot list the bucket', () =>
      this.#own.ifPresent('objects', (objects) => this.#readKeys(objects)),
    );
    return (keys ?? [])
      .filter((key) => window.hasKey(key) && (hidden || !isHidden(key)))
      .sort(compareKeys)
      .map((key) => ({
        key,
        entry: async () => {
          const found = await this.find(key).catch((error) => {
            throw storageError(`cannot list ${JSON.stringify(key)}`, error);
          });
          return found?.kind === 'file' ? entryOf(key, found.stats) : undefined;
        },
      }));
  }

  async #readKeys(objects: Directory): Promise<string[]> {
    const names = new Set(await readdir(objects.path));
    const keys = new Map<string, string>();
    for (const name of names) {
      if (!names.has(name + SIDECAR)) continue;
      const key = this.#keys.get(name) ?? (await readKey(join(objects.path, name + SIDECAR)));
      if (key !== undefined && overlayName(key) === name) keys.set(name, key);
    }
    this.#keys = keys;
    return [...keys.values()];
  }
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isFile() ? await readFile(path, 'utf8') : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
