import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';
import { SAFE_OPEN } from './directory.ts';
import { OWN_FOLDER, overlayName, plainSegments } from './place.ts';

/** Elsewhere the check of where a descriptor really is takes several steps: there all goes through the store. */
export const HAS_PLAIN_READS = process.platform === 'linux' && existsSync('/proc/self/fd');

/**
 * Reads the ordinary files of a folder store without waiting: for a worker thread, which may block, twice as fast
 * as through the thread pool. Links are refused as in directory.ts. Files of which something was noted (a gzip
 * encoding), odd keys and everything that fails are left to the store: `open` then returns undefined.
 *
 * It knows nothing of scope and hidden files: ask it only for keys that the store listed.
 */
export class PlainFileReader {
  readonly #root: string;
  readonly #noted: ReadonlySet<string>;

  /** @param root the folder's real path */
  constructor(root: string) {
    this.#root = root;
    this.#noted = notedNames(join(root, OWN_FOLDER, 'metadata'));
  }

  open(key: string): PlainFile | undefined {
    const segments = plainSegments(key);
    if (!segments || (this.#noted.size > 0 && this.#noted.has(overlayName(key)))) return undefined;
    const path = join(this.#root, ...segments);
    let descriptor: number;
    try {
      descriptor = openSync(path, constants.O_RDONLY | SAFE_OPEN);
    } catch {
      return undefined;
    }
    const file = new PlainFile(descriptor);
    try {
      const stats = fstatSync(descriptor);
      if (stats.isFile() && isAt(descriptor, path)) return file.withSize(stats.size);
    } catch {
      // The store finds out what is wrong, and says it.
    }
    file.close();
    return undefined;
  }
}

export class PlainFile {
  readonly #descriptor: number;
  #size = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Bytes when it was opened; what is appended later is not read. */
  get size(): number {
    return this.#size;
  }

  withSize(size: number): this {
    this.#size = size;
    return this;
  }

  /** Fills `buffer` from `offset` on, as far as the file goes. Returns the bytes read. */
  read(buffer: Buffer, offset: number): number {
    const wanted = Math.min(buffer.length, this.#size - offset);
    let done = 0;
    while (done < wanted) {
      const count = readSync(this.#descriptor, buffer, done, wanted - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The kernel says where an open file really is. */
function isAt(descriptor: number, path: string): boolean {
  const place = readlinkSync(`/proc/self/fd/${descriptor}`);
  return place === path || place === `${path} (deleted)`;
}

function notedNames(folder: string): Set<string> {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return new Set();
  }
}
