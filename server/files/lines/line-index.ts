import type { TextEncoding } from '../text/encoding.ts';

/** Bytes between two checkpoints at first: what a read of a known place reads too much, at most. */
const FIRST_STEP = 256 * 1024;
/** Checkpoints of one file, 16 bytes each. With more, every other one goes and the step doubles. */
const MAX_CHECKPOINTS = 8192;

/** Where a line begins: its number, counted from 1, and the offset of its first byte in the content. */
export interface LinePlace {
  line: number;
  offset: number;
}

/** What an index knows, as it can be kept outside of memory. */
export interface LineIndexRecord {
  etag: string;
  /** Of the whole file, where its start alone did not show it. */
  encoding?: TextEncoding | undefined;
  totalLines?: number | undefined;
  step: number;
  lines: number[];
  offsets: number[];
}

/**
 * Where lines of one version of a file begin, as far as it was read. Every checkpoint is right by itself, and all
 * that lies before the last one has been seen.
 */
export class LineIndex {
  readonly etag: string;
  encoding: TextEncoding | undefined;
  totalLines: number | undefined;
  #step: number;
  #lines: number[];
  #offsets: number[];

  constructor(record: LineIndexRecord) {
    this.etag = record.etag;
    this.encoding = record.encoding;
    this.totalLines = record.totalLines;
    this.#step = record.step;
    this.#lines = record.lines;
    this.#offsets = record.offsets;
  }

  static empty(etag: string, step = FIRST_STEP): LineIndex {
    return new LineIndex({ etag, step, lines: [], offsets: [] });
  }

  /** Bytes of the content up to the last checkpoint. */
  get reach(): number {
    return this.#offsets.at(-1) ?? 0;
  }

  /** The last known place at or before a line. */
  nearest(line: number): LinePlace | undefined {
    const at = this.#countUpTo(line) - 1;
    return at < 0 ? undefined : { line: this.#lines[at]!, offset: this.#offsets[at]! };
  }

  /** The first known place behind a line, or where one will be: what is wanted of the line is mostly before it. */
  offsetBehind(line: number): number {
    const at = this.#countUpTo(line);
    return this.#offsets[at] ?? this.reach + this.#step;
  }

  /** Told of places while a file is read; keeps one in every step. */
  learn(line: number, offset: number): void {
    if (offset < this.reach + this.#step) return;
    this.#lines.push(line);
    this.#offsets.push(offset);
    if (this.#lines.length <= MAX_CHECKPOINTS) return;
    this.#lines = this.#lines.filter((_, i) => i % 2 === 1);
    this.#offsets = this.#offsets.filter((_, i) => i % 2 === 1);
    this.#step *= 2;
  }

  /** How many checkpoints are at or before a line. */
  #countUpTo(line: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]! <= line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  record(): LineIndexRecord {
    const { etag, encoding, totalLines } = this;
    return { etag, encoding, totalLines, step: this.#step, lines: this.#lines, offsets: this.#offsets };
  }
}
