import { LRUCache } from 'lru-cache';
import type { FileHead } from '../store.ts';
import { isGzip } from '../text/gunzip.ts';
import { SNIFF_BYTES, type SniffedText } from '../text/sniff.ts';
import { LineIndex } from './line-index.ts';
import type { LineIndexFolder } from './line-index-folder.ts';

/** Files in memory: at most 128 KB each, and as much only for those of gigabytes. */
const MAX_FILES = 256;
/** Smaller files are read whole as fast as an index is found. */
const MIN_BYTES = 64 * 1024;
/** Smaller files are read again as fast as a kept index. */
const MIN_KEPT_BYTES = 8 * 1024 * 1024;
/** Bytes that must be newly known before an index is written again. */
const KEEP_EVERY = 16 * 1024 * 1024;

export interface LineIndexesOptions {
  /** Where indexes outlive the process, if anywhere. */
  folder?: LineIndexFolder | undefined;
  /** Told when the folder cannot be used: the files are served all the same. */
  onFailure?: (error: unknown) => void;
  /** Least size of a file, and bytes between two places: smaller ones for tests. */
  minBytes?: number;
  step?: number;
}

/** A file as it was opened last. */
export interface Opened {
  head: FileHead;
  sniffed: SniffedText;
}

interface Held {
  index: LineIndex;
  opened: Opened;
  /** How far the one in the folder goes, bytes; and whether it has the number of lines. */
  kept: { reach: number; total: boolean };
}

/** Learned indexes of lines, by key and etag: a changed file has none. */
export class LineIndexes {
  readonly #held = new LRUCache<string, Held>({ max: MAX_FILES });
  readonly #folder: LineIndexFolder | undefined;
  readonly #onFailure: (error: unknown) => void;
  readonly #minBytes: number;
  readonly #step: number | undefined;

  constructor(options: LineIndexesOptions = {}) {
    this.#folder = options.folder;
    this.#onFailure = options.onFailure ?? (() => undefined);
    this.#minBytes = options.minBytes ?? MIN_BYTES;
    this.#step = options.step;
  }

  /** The index of an opened file, empty at first; undefined for files that get none: small ones, and gzip. */
  async of({ head, sniffed }: Opened): Promise<LineIndex | undefined> {
    // What is packed can only be read from its start.
    if (head.size < this.#minBytes || head.etag === '' || isGzip(head)) return undefined;
    const found = this.#inMemory(head);
    if (found !== undefined) return found.index;
    const record = await this.#read(head);
    // Somebody else may have come first meanwhile.
    const other = this.#inMemory(head);
    if (other !== undefined) return other.index;
    const index = record === undefined ? LineIndex.empty(head.etag, this.#step) : new LineIndex(record);
    const kept = keptOf(record === undefined ? undefined : index);
    this.#held.set(head.key, { index, opened: { head, sniffed }, kept });
    return index;
  }

  /**
   * What can be said of a line without opening the file: the version that was read last, and its index, which knows
   * a place at or before the line. It may have changed since: whoever reads must ask for its etag.
   */
  recall(key: string, line: number): { opened: Opened; index: LineIndex } | undefined {
    const held = this.#held.get(key);
    const offset = held?.index.nearest(line)?.offset;
    if (held === undefined || offset === undefined) return undefined;
    // Only where something will be read, and not from the start, which shows what the file is.
    return offset >= SNIFF_BYTES && offset < held.opened.head.size ? held : undefined;
  }

  /** It was replaced, or is gone. */
  forget(key: string): void {
    this.#held.delete(key);
  }

  /** Writes what was learned to the folder, where it is worth it. */
  async keep(head: FileHead, index: LineIndex): Promise<void> {
    const held = this.#inMemory(head);
    if (this.#folder === undefined || head.size < MIN_KEPT_BYTES || held?.index !== index) return;
    const { kept } = held;
    const hasNewTotal = index.totalLines !== undefined && !kept.total;
    if (!hasNewTotal && index.reach - kept.reach < KEEP_EVERY) return;
    held.kept = keptOf(index);
    await this.#folder.write(head.key, index.record()).catch(this.#onFailure);
  }

  #inMemory({ key, etag }: FileHead): Held | undefined {
    const held = this.#held.get(key);
    return held?.index.etag === etag ? held : undefined;
  }

  async #read({ key, etag, size }: FileHead) {
    if (this.#folder === undefined || size < MIN_KEPT_BYTES) return undefined;
    const record = await this.#folder.read(key).catch((error) => {
      this.#onFailure(error);
      return undefined;
    });
    return record?.etag === etag && (record.offsets.at(-1) ?? 0) <= size ? record : undefined;
  }
}

function keptOf(index: LineIndex | undefined): Held['kept'] {
  return { reach: index?.reach ?? 0, total: index?.totalLines !== undefined };
}
