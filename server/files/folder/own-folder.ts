import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Directory, makeDirectory, openDirectory } from './directory.ts';
import { OWN_FOLDER } from './place.ts';
import { errno, isMissing } from './storage-error.ts';

export type OwnPart = 'tmp' | 'objects' | 'metadata';
const PARTS: readonly OwnPart[] = ['tmp', 'objects', 'metadata'];

/** `.mcp-s3/` in a person's folder: made when it is needed, and gone again when nothing is in it. */
export class OwnFolder {
  readonly #root: string;
  #users = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Runs work that may write here; when the last one ends, what is empty is removed. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await work();
    } finally {
      if (--this.#users === 0) await this.#removeEmpty();
    }
  }

  /** Hands over a part of the folder, made if it is missing. */
  async within<T>(part: OwnPart, work: (directory: Directory) => Promise<T>): Promise<T> {
    const { result, directory } = await this.open(part, async (opened) => ({
      result: await work(opened),
      directory: opened,
    }));
    await directory.close();
    return result;
  }

  /** As `within`, but the folder stays open: it is the caller's to close, unless the work fails. */
  async open<T>(part: OwnPart, work: (directory: Directory) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const directory = await makeDirectory(this.#root, [OWN_FOLDER, part]);
      try {
        return await work(directory);
      } catch (error) {
        await directory.close();
        // Another process may have removed the empty folder under our feet.
        if (errno(error) !== 'ENOENT' || attempt === 5) throw error;
      }
    }
  }

  /** Hands over a part of the folder if there is one. */
  async ifPresent<T>(part: OwnPart, work: (directory: Directory) => Promise<T>): Promise<T | undefined> {
    let directory: Directory;
    try {
      directory = await openDirectory(this.#root, [OWN_FOLDER, part]);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      return await work(directory);
    } finally {
      await directory.close();
    }
  }

  /** rmdir(2) refuses a folder that holds anything, so nothing can be lost; every refusal is fine. */
  async #removeEmpty(): Promise<void> {
    try {
      const own = await openDirectory(this.#root, [OWN_FOLDER]);
      try {
        for (const part of PARTS) await rmdir(join(own.path, part)).catch(() => {});
      } finally {
        await own.close();
      }
      await rmdir(join(this.#root, OWN_FOLDER));
    } catch {
      // Not there, not ours to remove, or in use.
    }
  }
}
