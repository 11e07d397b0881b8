import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_KEY_BYTES } from '../key.ts';
import { compareKeys } from '../key-order.ts';
import type { ListWindow } from '../listing.ts';
import type { Directory } from './directory.ts';
import { OWN_FOLDER } from './place.ts';

/**
 * The names in a folder that may matter to the window, folders as `name/`, in order, in batches. A folder of any
 * size is streamed, and only the smallest names are kept: if a batch was not enough the folder is read again.
 */
export async function* sortedChildren(
  options: { hidden: boolean; wanted: number },
  window: ListWindow,
  directory: Directory,
  folder: string,
): AsyncGenerator<string[]> {
  const size = Math.max(2 * options.wanted, 64);
  let behind: string | undefined;
  for (;;) {
    const smallest = new Smallest(size, behind);
    for await (const entry of await opendir(directory.path, { bufferSize: 1024 })) {
      if (isOurs(entry.name, folder, options.hidden) || isTooLong(folder, entry.name)) continue;
      const isFolder = await isDirectory(entry, directory);
      if (isFolder === undefined) continue;
      const child = isFolder ? `${entry.name}/` : entry.name;
      if (!smallest.mayTake(child)) continue;
      if (isFolder ? window.mayHoldKeysOf(folder + child) : window.hasKey(folder + child))
        smallest.add(child);
    }
    yield smallest.sorted();
    if (!smallest.isCut) return;
    behind = smallest.sorted().at(-1);
  }
}

/** The names in a folder that are served, folders as `name/`, in no order. */
export async function* childrenOf(
  options: { hidden: boolean },
  directory: Directory,
  folder: string,
): AsyncGenerator<string> {
  for await (const entry of await opendir(directory.path, { bufferSize: 1024 })) {
    if (isOurs(entry.name, folder, options.hidden) || isTooLong(folder, entry.name)) continue;
    const isFolder = await isDirectory(entry, directory);
    if (isFolder !== undefined) yield isFolder ? `${entry.name}/` : entry.name;
  }
}

function isOurs(name: string, folder: string, hidden: boolean): boolean {
  return name.startsWith('.') && (!hidden || (folder === '' && name === OWN_FOLDER));
}

function isTooLong(folder: string, name: string): boolean {
  // No character has more than three bytes for each of its UTF-16 units.
  if ((folder.length + name.length) * 3 <= MAX_KEY_BYTES) return false;
  return Buffer.byteLength(folder) + Buffer.byteLength(name) > MAX_KEY_BYTES;
}

/** Undefined for what is neither file nor folder. */
async function isDirectory(entry: Dirent, directory: Directory): Promise<boolean | undefined> {
  if (entry.isFile()) return false;
  if (entry.isDirectory()) return true;
  if (entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket()) return undefined;
  // Some file systems do not tell the type with the name.
  const stats = await lstat(join(directory.path, entry.name)).catch(() => undefined);
  return stats?.isDirectory() ? true : stats?.isFile() ? false : undefined;
}

/** Collects the smallest names behind a bound, at most twice `size` at any time. */
class Smallest {
  readonly #size: number;
  readonly #behind: string | undefined;
  #names: string[] = [];
  /** The largest that is kept, once some had to go. */
  #bound: string | undefined;

  constructor(size: number, behind: string | undefined) {
    this.#size = size;
    this.#behind = behind;
  }

  get isCut(): boolean {
    return this.#bound !== undefined;
  }

  mayTake(name: string): boolean {
    if (this.#bound !== undefined && compareKeys(name, this.#bound) > 0) return false;
    return this.#behind === undefined || compareKeys(name, this.#behind) > 0;
  }

  add(name: string): void {
    this.#names.push(name);
    if (this.#names.length === 2 * this.#size) this.#cut();
  }

  sorted(): string[] {
    return this.#names.sort(compareKeys);
  }

  #cut(): void {
    this.#names = this.sorted().slice(0, this.#size);
    this.#bound = this.#names.at(-1);
  }
}
