import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isHiddenName } from '../key.ts';
import type { ListedKey, ListWindow } from '../listing.ts';
import { sortedChildren } from './children.ts';
import { type Directory, openDirectory } from './directory.ts';
import { holdsFiles } from './holds-files.ts';
import { plainSegments } from './place.ts';
import { entryOf } from './stat.ts';
import { isMissing, storageError } from './storage-error.ts';

export interface WalkOptions {
  root: string;
  hidden: boolean;
  /** Keys that the page needs: of a huge folder no more names than a few times that are held. */
  wanted: number;
  /** Keys are rolled up at `/`: then it is enough to know that a folder holds any. */
  rollsUp: boolean;
}

/**
 * Keys of the ordinary files in the window, in the order of S3, lazily: a folder is opened only when its turn
 * comes and it may hold keys of the window. Sorting folders as `name/` makes the walk's order that of the keys.
 */
export async function* walk(options: WalkOptions, window: ListWindow): AsyncGenerator<ListedKey> {
  const start = window.prefix.slice(0, window.prefix.lastIndexOf('/') + 1);
  const segments = start === '' ? [] : plainSegments(start.slice(0, -1));
  if (!segments || (!options.hidden && segments.some(isHiddenName))) return;
  yield* walkFolder(options, window, segments);
}

async function* walkFolder(
  options: WalkOptions,
  window: ListWindow,
  segments: readonly string[],
): AsyncGenerator<ListedKey> {
  const folder = segments.map((name) => `${name}/`).join('');
  let directory: Directory;
  try {
    directory = await openDirectory(options.root, segments);
  } catch (error) {
    if (isMissing(error) && folder !== '') return;
    const what = folder === '' ? "the bucket's folder" : `the folder ${JSON.stringify(folder)}`;
    throw storageError(`cannot list ${what}`, error);
  }
  try {
    for await (const children of sortedChildren(options, window, directory, folder)) {
      const files = new StatsAhead(directory, folder, children);
      for (const [index, child] of children.entries()) {
        if (folder !== '' && !window.mayHoldKeysOf(folder)) return;
        const key = folder + child;
        if (child.endsWith('/')) {
          const inner = [...segments, child.slice(0, -1)];
          if (!window.mayHoldKeysOf(key)) continue;
          if (!options.rollsUp || window.position?.value.startsWith(key)) {
            yield* walkFolder(options, window, inner);
          } else if (await holdsFiles(options, inner)) {
            yield { key, entry: async () => undefined };
          }
        } else if (window.hasKey(key)) {
          const stats = await files.at(index);
          if (stats?.isFile()) yield { key, entry: async () => entryOf(key, stats) };
        }
      }
    }
  } finally {
    await directory.close();
  }
}

/** Reads the stats of the files in a folder ahead in growing batches: one is enough for a roll-up. */
class StatsAhead {
  readonly #directory: Directory;
  readonly #folder: string;
  readonly #children: readonly string[];
  readonly #stats = new Map<number, Promise<BigIntStats | undefined>>();
  #next = 0;
  #batch = 1;

  constructor(directory: Directory, folder: string, children: readonly string[]) {
    this.#directory = directory;
    this.#folder = folder;
    this.#children = children;
  }

  async at(index: number): Promise<BigIntStats | undefined> {
    if (index >= this.#next) {
      this.#next = Math.min(index + this.#batch, this.#children.length);
      this.#batch = Math.min(this.#batch * 2, 128);
      for (let i = index; i < this.#next; i++) {
        if (this.#children[i]!.endsWith('/')) continue;
        const stats = this.#read(this.#children[i]!);
        stats.catch(() => {}); // Seen by whoever comes to this file; the page may be full before.
        this.#stats.set(i, stats);
      }
    }
    const stats = await this.#stats.get(index);
    this.#stats.delete(index);
    return stats;
  }

  async #read(name: string): Promise<BigIntStats | undefined> {
    try {
      return await lstat(join(this.#directory.path, name), { bigint: true });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageError(`cannot list ${JSON.stringify(this.#folder + name)}`, error);
    }
  }
}
