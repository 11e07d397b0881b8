import { isAscii } from 'node:buffer';
import { decodeBytes, unitBytes } from '../text/encoding.ts';
import { EncodingDecision } from '../text/encoding-decision.ts';
import { afterNewline } from '../text/newline.ts';
import { byteLength } from './byte-length.ts';
import { excerpt, shortened } from './excerpt.ts';
import { type LineFinder, lineFinder, lineStart } from './line-finder.ts';
import { DEFAULT_SIZES, type LongLineSizes, longLineWindow } from './long-line.ts';
import type { Matcher } from './matcher.ts';
import { countNewlines } from './newlines.ts';
import type { LineMatch, ScanPosition } from './query.ts';

/** Where matches go, and who says when it is enough. */
export interface ScanSink {
  /** Takes a match; false if it does not fit any more: the scan then stops before it. */
  take(match: Omit<LineMatch, 'key'>): boolean;
  /** Asked before each line that is looked at. */
  isOver(): boolean;
}

/**
 * Searches the content of one file, which comes in pieces, line by line in bounded memory. What it finds does not
 * depend on how the content is cut into pieces, nor on how often it was stopped and taken up again.
 *
 *   buffer:  | context lines | searched next ... | lines whose context is not here yet | unfinished line |
 *            offset          searchFrom          until                                 whole
 */
export class FileScan {
  readonly #matcher: Matcher;
  readonly #sink: ScanSink;
  readonly #context: number;
  readonly #sizes: LongLineSizes;
  readonly #decision: EncodingDecision;
  #undecided: boolean;
  #bytes: Buffer = Buffer.alloc(0);
  /** Offset and line of the buffer's first byte. */
  #base: number;
  #baseLine: number;
  #searchFrom: number;
  /** Start of the long line that the buffer begins in. */
  #longLine: number | undefined;
  /** A place in the buffer of which the line is known. */
  #counted = { at: 0, line: 0 };
  #stopped: ScanPosition | undefined;

  constructor(
    matcher: Matcher,
    start: ScanPosition,
    contextLines: number,
    sink: ScanSink,
    sizes: LongLineSizes = DEFAULT_SIZES,
  ) {
    this.#matcher = matcher;
    this.#sink = sink;
    this.#context = contextLines;
    this.#sizes = sizes;
    this.#decision = new EncodingDecision({ ...start, bom: 0 });
    this.#undecided = start.undecided;
    this.#base = start.offset;
    this.#baseLine = start.line;
    this.#searchFrom = start.searchFrom;
    this.#longLine = start.longLine;
  }

  /** Where to go on, once the scan has stopped before the end. */
  get stopped(): ScanPosition | undefined {
    return this.#stopped;
  }

  /**
   * Takes the next bytes of the content, which may be changed afterwards.
   * @param last whether the content ends with them
   * @returns whether to go on
   */
  push(bytes: Buffer, last: boolean): boolean {
    this.#decision.push(bytes);
    if (last) this.#decision.end();
    const isOwn = this.#bytes.length > 0;
    this.#bytes = isOwn ? Buffer.concat([this.#bytes, bytes]) : bytes;
    this.#counted = { at: 0, line: this.#baseLine };
    const whole = last ? this.#bytes.length : this.#endOfLines();
    const isLong = this.#bytes.length - whole > this.#sizes.line + 4;
    const wholeOffset = this.#base + whole;
    this.#search(last || isLong ? whole : this.#withContext(whole), whole);
    if (!this.#stopped && !last && isLong) this.#searchUnfinished(wholeOffset);
    if (this.#stopped || last) return false;
    if (this.#sink.isOver()) {
      const at = this.#searchFrom - this.#base;
      return this.#longLine === undefined ? this.#stop(at) : this.#stopInLong(this.#longLine, at);
    }
    this.#keep();
    return true;
  }

  /** Behind the last line feed. */
  #endOfLines(): number {
    const unit = unitBytes(this.#decision.encoding);
    return lineStart(this.#bytes, this.#bytes.length - (this.#bytes.length % unit), this.#decision.encoding);
  }

  /** The end of the lines behind which all lines of their context have come. */
  #withContext(whole: number): number {
    let until = whole;
    for (let i = 0; i < this.#context && until > 0; i++) {
      const start = this.#lineStart(until - 1);
      if (this.#isLong(start, until)) return until;
      until = start;
    }
    return until;
  }

  #search(wanted: number, whole: number): void {
    let until = wanted;
    if (this.#longLine !== undefined) {
      // Not one whole line yet: it is the unfinished one.
      if (whole === 0) return;
      const behind = afterNewline(this.#bytes, 0, this.#decision.encoding);
      const end = behind === -1 ? whole : behind;
      if (!this.#searchLong(this.#longLine, this.#searchFrom - this.#base, end)) return;
      this.#searchFrom = Math.max(this.#searchFrom, this.#base + end);
      this.#longLine = undefined;
      // From here on the buffer begins with the start of a line.
      this.#drop(end);
      until -= end;
    }
    const at = this.#searchFrom - this.#base;
    if (at < until) this.#searchLines(at, until);
    if (!this.#stopped) this.#searchFrom = Math.max(this.#searchFrom, this.#base + until);
  }

  #searchLines(from: number, until: number): void {
    const { encoding } = this.#decision;
    const start = this.#lineStart(from);
    const finder: LineFinder = lineFinder(this.#bytes, start, until, encoding, this.#matcher.filter);
    for (let at = from; at < until; ) {
      const line = finder.next(at, until);
      if (!line) return;
      const searched = this.#isLong(line.start, line.end)
        ? this.#searchLong(this.#base + line.start, Math.max(at, line.start), line.end)
        : this.#searchLine(line.start, Math.max(at, line.start), line.end);
      if (!searched) return;
      at = line.end;
    }
  }

  /** @returns false if the scan stopped */
  #searchLine(start: number, from: number, end: number): boolean {
    if (this.#sink.isOver()) return this.#stop(from);
    const { encoding } = this.#decision;
    const bytes = this.#bytes.subarray(start, this.#contentEnd(start, end));
    const text = decodeBytes(bytes, encoding);
    const quick = this.#matcher.filter.expression;
    if (quick && this.#matcher.filter.literal !== undefined) {
      quick.lastIndex = 0;
      if (!quick.test(text)) return true;
    }
    let at = from === start ? 0 : decodeBytes(bytes.subarray(0, from - start), encoding).length;
    do {
      const found = this.#matcher.find(text, at);
      if (!found) return true;
      const shown = excerpt(text, found, at);
      const context = this.#context > 0 ? this.#contextOf(start, end) : { before: [], after: [] };
      const match = {
        line: this.#lineNumber(start),
        text: text.slice(shown.start, shown.end),
        cut: shown.end - shown.start < text.length,
        offset: this.#base + start + byteLength(bytes, text, found.start, encoding),
        ...context,
      };
      if (!this.#sink.take(match)) return this.#stop(start + byteLength(bytes, text, at, encoding));
      at = shown.end;
    } while (at < text.length);
    return true;
  }

  /** @returns false if the scan stopped, or needs more of an unfinished line */
  #searchLong(lineOffset: number, from: number, end: number | undefined): boolean {
    const { encoding } = this.#decision;
    const contentEnd =
      end === undefined ? undefined : this.#contentEnd(Math.max(lineOffset - this.#base, 0), end);
    let at = Math.max(from, lineOffset - this.#base);
    for (;;) {
      const view = longLineWindow(
        this.#bytes,
        lineOffset - this.#base,
        at,
        contentEnd,
        encoding,
        this.#sizes,
      );
      if (view === 'done') return true;
      if (view === 'wait') {
        this.#searchFrom = this.#base + at;
        return false;
      }
      if (this.#sink.isOver()) return this.#stopInLong(lineOffset, at);
      const bytes = this.#bytes.subarray(view.start, view.end);
      const text = decodeBytes(bytes, encoding);
      const inner = (place: number) =>
        place === view.start ? 0 : decodeBytes(bytes.subarray(0, place - view.start), encoding).length;
      const last = inner(view.pieceEnd);
      let start = inner(at);
      while (start < last) {
        const found = this.#matcher.find(text, start);
        if (!found || found.start >= last) break;
        // An end that is only the window's: the line goes on, and `$` does not match there.
        const isCut = found.end === text.length && !view.endsLine;
        if (isCut && this.#matcher.find(`${text}\0`, found.start)?.start !== found.start) break;
        const shown = excerpt(text, found, start);
        const match = {
          line: this.#lineNumber(Math.max(lineOffset - this.#base, 0)),
          text: text.slice(shown.start, shown.end),
          cut: true,
          offset: this.#base + view.start + byteLength(bytes, text, found.start, encoding),
          before: [],
          after: [],
        };
        if (!this.#sink.take(match)) {
          return this.#stopInLong(lineOffset, view.start + byteLength(bytes, text, start, encoding));
        }
        start = shown.end;
      }
      at = Math.max(view.pieceEnd, view.start + byteLength(bytes, text, start, encoding));
    }
  }

  #searchUnfinished(offset: number): void {
    this.#longLine ??= offset;
    this.#searchLong(this.#longLine, Math.max(this.#searchFrom - this.#base, 0), undefined);
  }

  #contextOf(start: number, end: number): { before: string[]; after: string[] } {
    const before: string[] = [];
    for (let at = start; before.length < this.#context && at > 0; ) {
      const above = this.#lineStart(at - 1);
      if (this.#isLong(above, at)) break;
      before.unshift(this.#shown(above, at));
      at = above;
    }
    const after: string[] = [];
    for (let at = end; after.length < this.#context && at < this.#bytes.length; ) {
      const behind = afterNewline(this.#bytes, at, this.#decision.encoding);
      const below = behind === -1 ? this.#bytes.length : behind;
      if (this.#isLong(at, below)) break;
      after.push(this.#shown(at, below));
      at = below;
    }
    return { before, after };
  }

  #shown(start: number, end: number): string {
    const bytes = this.#bytes.subarray(start, this.#contentEnd(start, end));
    return shortened(decodeBytes(bytes, this.#decision.encoding));
  }

  /** Start of the line that holds the byte. */
  #lineStart(at: number): number {
    const unit = unitBytes(this.#decision.encoding);
    return lineStart(this.#bytes, at - (at % unit), this.#decision.encoding);
  }

  /** Without the line feed, and a carriage return before it. */
  #contentEnd(start: number, end: number): number {
    const unit = unitBytes(this.#decision.encoding);
    const isUnit = (at: number, code: number) =>
      at >= start &&
      this.#bytes[unit === 2 && this.#decision.encoding === 'utf-16be' ? at + 1 : at] === code &&
      (unit === 1 || this.#bytes[this.#decision.encoding === 'utf-16be' ? at : at + 1] === 0);
    if (!isUnit(end - unit, 0x0a) || (end - start) % unit !== 0) return end;
    return isUnit(end - 2 * unit, 0x0d) ? end - 2 * unit : end - unit;
  }

  /** Such lines are no context and have none, so that what must be kept is bounded. */
  #isLong(start: number, end: number): boolean {
    return end - start > this.#sizes.line && this.#contentEnd(start, end) - start > this.#sizes.line;
  }

  #lineNumber(at: number): number {
    const from = this.#counted.at <= at ? this.#counted : { at: 0, line: this.#baseLine };
    const line = from.line + this.#newlines(from.at, at);
    this.#counted = { at, line };
    return line;
  }

  #newlines(from: number, to: number): number {
    const { encoding } = this.#decision;
    if (unitBytes(encoding) === 1) return countNewlines(this.#bytes, from, to);
    let lines = 0;
    for (let at = afterNewline(this.#bytes, from, encoding); at !== -1 && at <= to; lines++) {
      at = afterNewline(this.#bytes, at, encoding);
    }
    return lines;
  }

  #stop(at: number): false {
    const start = this.#lineStart(at);
    this.#stopped = this.#position(this.#contextStart(start), this.#base + at, undefined);
    return false;
  }

  #stopInLong(lineOffset: number, at: number): false {
    const keep = Math.max(lineOffset - this.#base, at - this.#sizes.piece - this.#sizes.overlap - 4, 0);
    this.#stopped = this.#position(keep, this.#base + at, lineOffset);
    return false;
  }

  #position(start: number, searchFrom: number, longLine: number | undefined): ScanPosition {
    const undecided = this.#undecided && isAscii(this.#bytes.subarray(0, start));
    return {
      offset: this.#base + start,
      line: this.#lineNumber(start),
      searchFrom,
      ...(longLine !== undefined && { longLine }),
      encoding: undecided ? 'utf-8' : this.#decision.encoding,
      undecided,
    };
  }

  #contextStart(start: number): number {
    let at = start;
    for (let i = 0; i < this.#context && at > 0; i++) {
      const above = this.#lineStart(at - 1);
      if (this.#isLong(above, at)) break;
      at = above;
    }
    return at;
  }

  /** Lets go of what is behind: all but the context of the next line, or the overlap in a long one. */
  #keep(): void {
    const at = this.#searchFrom - this.#base;
    if (this.#longLine === undefined) {
      this.#drop(this.#contextStart(this.#lineStart(at)));
    } else {
      const piece = Math.floor((this.#searchFrom - this.#longLine) / this.#sizes.piece) * this.#sizes.piece;
      const wanted = this.#longLine + piece - this.#sizes.overlap - 4;
      this.#drop(Math.max(0, this.#longLine - this.#base, wanted - this.#base));
    }
    this.#bytes = Buffer.from(this.#bytes);
  }

  #drop(count: number): void {
    if (count === 0) return;
    const dropped = this.#bytes.subarray(0, count);
    this.#undecided &&= isAscii(dropped);
    this.#baseLine = this.#lineNumber(count);
    this.#bytes = this.#bytes.subarray(count);
    this.#base += count;
    this.#counted = { at: 0, line: this.#baseLine };
  }
}
