import { decodeBytes } from '../text/encoding.ts';
import { afterNewline } from '../text/newline.ts';
import { byteLength } from './byte-length.ts';
import { excerpt } from './excerpt.ts';
import { LineBuffer } from './line-buffer.ts';
import { type LineFinder, lineFinder } from './line-finder.ts';
import { DEFAULT_SIZES, type LongLineSizes, longLineWindow } from './long-line.ts';
import type { Matcher } from './matcher.ts';
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
  readonly #lines: LineBuffer;
  #searchFrom: number;
  /** Start of the long line that the buffer begins in. */
  #longLine: number | undefined;
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
    this.#lines = new LineBuffer(start, contextLines, sizes.line);
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
    this.#lines.push(bytes, last);
    const whole = last ? this.#lines.bytes.length : this.#lines.endOfLines();
    const isLong = this.#lines.bytes.length - whole > this.#sizes.line + 4;
    const wholeOffset = this.#lines.base + whole;
    this.#search(last || isLong ? whole : this.#lines.withContext(whole), whole);
    if (!this.#stopped && !last && isLong) this.#searchUnfinished(wholeOffset);
    if (this.#stopped || last) return false;
    if (this.#sink.isOver()) {
      const at = this.#searchFrom - this.#lines.base;
      return this.#longLine === undefined ? this.#stop(at) : this.#stopInLong(this.#longLine, at);
    }
    this.#keep();
    return true;
  }

  #search(wanted: number, whole: number): void {
    let until = wanted;
    if (this.#longLine !== undefined) {
      // Not one whole line yet: it is the unfinished one.
      if (whole === 0) return;
      const behind = afterNewline(this.#lines.bytes, 0, this.#lines.encoding);
      const end = behind === -1 ? whole : behind;
      if (!this.#searchLong(this.#longLine, this.#searchFrom - this.#lines.base, end)) return;
      this.#searchFrom = Math.max(this.#searchFrom, this.#lines.base + end);
      this.#longLine = undefined;
      // From here on the buffer begins with the start of a line.
      this.#lines.drop(end);
      until -= end;
    }
    const at = this.#searchFrom - this.#lines.base;
    if (at < until) this.#searchLines(at, until);
    if (!this.#stopped) this.#searchFrom = Math.max(this.#searchFrom, this.#lines.base + until);
  }

  #searchLines(from: number, until: number): void {
    const { encoding } = this.#lines;
    const start = this.#lines.lineStart(from);
    const finder: LineFinder = lineFinder(this.#lines.bytes, start, until, encoding, this.#matcher.filter);
    for (let at = from; at < until; ) {
      const line = finder.next(at, until);
      if (!line) return;
      const searched = this.#lines.isLong(line.start, line.end)
        ? this.#searchLong(this.#lines.base + line.start, Math.max(at, line.start), line.end)
        : this.#searchLine(line.start, Math.max(at, line.start), line.end);
      if (!searched) return;
      at = line.end;
    }
  }

  /** @returns false if the scan stopped */
  #searchLine(start: number, from: number, end: number): boolean {
    if (this.#sink.isOver()) return this.#stop(from);
    const { encoding } = this.#lines;
    const bytes = this.#lines.bytes.subarray(start, this.#lines.contentEnd(start, end));
    const text = decodeBytes(bytes, encoding);
    if (this.#matcher.filter.literal !== undefined && !this.#mayMatch(text)) return true;
    let at = from === start ? 0 : decodeBytes(bytes.subarray(0, from - start), encoding).length;
    do {
      const found = this.#matcher.find(text, at);
      if (!found) return true;
      const shown = excerpt(text, found, at);
      const context = this.#context > 0 ? this.#lines.contextOf(start, end) : { before: [], after: [] };
      const match = {
        line: this.#lines.lineNumber(start),
        text: text.slice(shown.start, shown.end),
        cut: shown.end - shown.start < text.length,
        offset: this.#lines.base + start + byteLength(bytes, text, found.start, encoding),
        ...context,
      };
      if (!this.#sink.take(match)) return this.#stop(start + byteLength(bytes, text, at, encoding));
      at = shown.end;
    } while (at < text.length);
    return true;
  }

  /** @returns false if the scan stopped, or needs more of an unfinished line */
  #searchLong(lineOffset: number, from: number, end: number | undefined): boolean {
    const { encoding } = this.#lines;
    const contentEnd =
      end === undefined ? undefined : this.#lines.contentEnd(Math.max(lineOffset - this.#lines.base, 0), end);
    let at = Math.max(from, lineOffset - this.#lines.base);
    for (;;) {
      const view = longLineWindow(
        this.#lines.bytes,
        lineOffset - this.#lines.base,
        at,
        contentEnd,
        encoding,
        this.#sizes,
      );
      if (view === 'done') return true;
      if (view === 'wait') {
        this.#searchFrom = this.#lines.base + at;
        return false;
      }
      if (this.#sink.isOver()) return this.#stopInLong(lineOffset, at);
      const bytes = this.#lines.bytes.subarray(view.start, view.end);
      const text = decodeBytes(bytes, encoding);
      if (!this.#mayMatch(text)) {
        at = view.pieceEnd;
        continue;
      }
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
          line: this.#lines.lineNumber(Math.max(lineOffset - this.#lines.base, 0)),
          text: text.slice(shown.start, shown.end),
          cut: true,
          offset: this.#lines.base + view.start + byteLength(bytes, text, found.start, encoding),
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

  /** The filter on a text: much faster than the engine that decides. */
  #mayMatch(text: string): boolean {
    const { literal, expression } = this.#matcher.filter;
    if (literal !== undefined && !text.includes(literal)) return false;
    if (!expression) return true;
    expression.lastIndex = 0;
    return expression.test(text);
  }

  #searchUnfinished(offset: number): void {
    this.#longLine ??= offset;
    this.#searchLong(this.#longLine, Math.max(this.#searchFrom - this.#lines.base, 0), undefined);
  }

  #stop(at: number): false {
    this.#stopped = {
      ...this.#lines.positionAt(this.#lines.contextStart(this.#lines.lineStart(at))),
      searchFrom: this.#lines.base + at,
    };
    return false;
  }

  #stopInLong(lineOffset: number, at: number): false {
    const keep = Math.max(lineOffset - this.#lines.base, at - this.#sizes.piece - this.#sizes.overlap - 4, 0);
    this.#stopped = {
      ...this.#lines.positionAt(keep),
      searchFrom: this.#lines.base + at,
      longLine: lineOffset,
    };
    return false;
  }

  /** Lets go of what is behind: all but the context of the next line, or the overlap in a long one. */
  #keep(): void {
    const at = this.#searchFrom - this.#lines.base;
    if (this.#longLine === undefined) {
      this.#lines.keep(this.#lines.contextStart(this.#lines.lineStart(at)));
    } else {
      const piece = Math.floor((this.#searchFrom - this.#longLine) / this.#sizes.piece) * this.#sizes.piece;
      const wanted = this.#longLine + piece - this.#sizes.overlap - 4;
      this.#lines.keep(Math.max(0, this.#longLine - this.#lines.base, wanted - this.#lines.base));
    }
  }
}
