import { isAscii } from 'node:buffer';
import { decodeBytes, type TextEncoding, unitBytes } from '../text/encoding.ts';
import { EncodingDecision } from '../text/encoding-decision.ts';
import { afterNewline } from '../text/newline.ts';
import { shortened } from './excerpt.ts';
import { lineStart } from './line-finder.ts';
import { countNewlines } from './newlines.ts';
import type { ScanPosition } from './query.ts';

/**
 * The part of a content that is in memory, as lines. It begins at the start of a line, or inside a long one. All
 * places are indexes into `bytes`; a line's end is behind its line feed.
 */
export class LineBuffer {
  bytes: Buffer = Buffer.alloc(0);
  /** Offset of the first byte in the content. */
  base: number;
  readonly #contextLines: number;
  /** Content of a longer line is searched in pieces. Bytes. */
  readonly #longest: number;
  readonly #decision: EncodingDecision;
  /** Whether the encoding was open at the first byte. */
  #undecided: boolean;
  #baseLine: number;
  /** A place of which the line is known. */
  #counted: { at: number; line: number };

  constructor(start: ScanPosition, contextLines: number, longest: number) {
    this.base = start.offset;
    this.#contextLines = contextLines;
    this.#longest = longest;
    this.#decision = new EncodingDecision({ ...start, bom: 0 });
    this.#undecided = start.undecided;
    this.#baseLine = start.line;
    this.#counted = { at: 0, line: start.line };
  }

  get encoding(): TextEncoding {
    return this.#decision.encoding;
  }

  /** @param bytes stay the caller's until `keep` copies what is left of them */
  push(bytes: Buffer, last: boolean): void {
    this.#decision.push(bytes);
    if (last) this.#decision.end();
    this.bytes = this.bytes.length > 0 ? Buffer.concat([this.bytes, bytes]) : bytes;
  }

  /** Lets go of all before `from`, and of the caller's bytes. */
  keep(from: number): void {
    this.drop(from);
    this.bytes = Buffer.from(this.bytes);
  }

  /** What a scan that begins at `start` must know. */
  positionAt(start: number): Omit<ScanPosition, 'searchFrom'> {
    const undecided = this.#undecided && isAscii(this.bytes.subarray(0, start));
    return {
      offset: this.base + start,
      line: this.lineNumber(start),
      encoding: undecided ? 'utf-8' : this.encoding,
      undecided,
    };
  }

  /** Behind the last line feed. */
  endOfLines(): number {
    const unit = unitBytes(this.encoding);
    return lineStart(this.bytes, this.bytes.length - (this.bytes.length % unit), this.encoding);
  }

  /** The end of the lines behind which all lines of their context have come. */
  withContext(whole: number): number {
    let until = whole;
    for (let i = 0; i < this.#contextLines && until > 0; i++) {
      const start = this.lineStart(until - 1);
      if (this.isLong(start, until)) return until;
      until = start;
    }
    return until;
  }

  /** The lines around a line, as far as they are in the buffer. */
  contextOf(start: number, end: number): { before: string[]; after: string[] } {
    const before: string[] = [];
    for (let at = start; before.length < this.#contextLines && at > 0; ) {
      const above = this.lineStart(at - 1);
      if (this.isLong(above, at)) break;
      before.unshift(this.#shown(above, at));
      at = above;
    }
    const after: string[] = [];
    for (let at = end; after.length < this.#contextLines && at < this.bytes.length; ) {
      const behind = afterNewline(this.bytes, at, this.encoding);
      const below = behind === -1 ? this.bytes.length : behind;
      if (this.isLong(at, below)) break;
      after.push(this.#shown(at, below));
      at = below;
    }
    return { before, after };
  }

  #shown(start: number, end: number): string {
    const bytes = this.bytes.subarray(start, this.contentEnd(start, end));
    return shortened(decodeBytes(bytes, this.encoding));
  }

  /** Start of the line that holds the byte. */
  lineStart(at: number): number {
    const unit = unitBytes(this.encoding);
    return lineStart(this.bytes, at - (at % unit), this.encoding);
  }

  /** Without the line feed, and a carriage return before it. */
  contentEnd(start: number, end: number): number {
    const unit = unitBytes(this.encoding);
    const isUnit = (at: number, code: number) =>
      at >= start &&
      this.bytes[unit === 2 && this.encoding === 'utf-16be' ? at + 1 : at] === code &&
      (unit === 1 || this.bytes[this.encoding === 'utf-16be' ? at : at + 1] === 0);
    if (!isUnit(end - unit, 0x0a) || (end - start) % unit !== 0) return end;
    return isUnit(end - 2 * unit, 0x0d) ? end - 2 * unit : end - unit;
  }

  /** Such lines are no context and have none, so that what must be kept is bounded. */
  isLong(start: number, end: number): boolean {
    return end - start > this.#longest && this.contentEnd(start, end) - start > this.#longest;
  }

  /** The line that begins at or before `at`. */
  lineNumber(at: number): number {
    const from = this.#counted.at <= at ? this.#counted : { at: 0, line: this.#baseLine };
    const line = from.line + this.#newlines(from.at, at);
    this.#counted = { at, line };
    return line;
  }

  #newlines(from: number, to: number): number {
    const { encoding } = this;
    if (unitBytes(encoding) === 1) return countNewlines(this.bytes, from, to);
    let lines = 0;
    for (let at = afterNewline(this.bytes, from, encoding); at !== -1 && at <= to; lines++) {
      at = afterNewline(this.bytes, at, encoding);
    }
    return lines;
  }

  /** Where the context of the line that begins at `start` begins. */
  contextStart(start: number): number {
    let at = start;
    for (let i = 0; i < this.#contextLines && at > 0; i++) {
      const above = this.lineStart(at - 1);
      if (this.isLong(above, at)) break;
      at = above;
    }
    return at;
  }

  /** Lets go of the first bytes, which end where a line does or inside a long one. */
  drop(count: number): void {
    if (count === 0) return;
    const dropped = this.bytes.subarray(0, count);
    this.#undecided &&= isAscii(dropped);
    this.#baseLine = this.lineNumber(count);
    this.bytes = this.bytes.subarray(count);
    this.base += count;
    this.#counted = { at: 0, line: this.#baseLine };
  }
}
