import { isAscii } from 'node:buffer';
import { decodeBytes, type TextEncoding } from '../text/encoding.ts';
import { afterNewline } from '../text/newline.ts';
import { needleOf } from './encode-literal.ts';
import type { PatternFilter } from './pattern/filter.ts';

/** A line in a buffer, its end (behind the line feed) included. */
export interface LineSpan {
  start: number;
  end: number;
}

/** Finds the next line in which a match is possible. All others are skipped without being looked at. */
export interface LineFinder {
  /**
   * @param at where to go on: inside the line that is returned, or before it
   * @param end behind the last line to look at
   */
  next(at: number, end: number): LineSpan | undefined;
}

/** @param start of a line in the buffer, from where on will be searched */
export function lineFinder(
  bytes: Buffer,
  start: number,
  end: number,
  encoding: TextEncoding,
  filter: PatternFilter,
): LineFinder {
  const everyLine = new EveryLine(bytes, encoding);
  if (encoding.startsWith('utf-16')) return everyLine;
  if (filter.literal !== undefined) {
    const needle = needleOf(filter.literal, encoding);
    return needle === undefined ? { next: () => undefined } : new LinesWith(bytes, needle);
  }
  return filter.expression ? new LinesLike(bytes, start, end, encoding, filter.expression) : everyLine;
}

class EveryLine implements LineFinder {
  readonly #bytes: Buffer;
  readonly #encoding: TextEncoding;

  constructor(bytes: Buffer, encoding: TextEncoding) {
    this.#bytes = bytes;
    this.#encoding = encoding;
  }

  next(at: number, end: number): LineSpan | undefined {
    if (at >= end) return undefined;
    const behind = afterNewline(this.#bytes, at, this.#encoding);
    return {
      start: lineStart(this.#bytes, at, this.#encoding),
      end: behind === -1 ? end : Math.min(behind, end),
    };
  }
}

class LinesWith implements LineFinder {
  readonly #bytes: Buffer;
  readonly #needle: Buffer;

  constructor(bytes: Buffer, needle: Buffer) {
    this.#bytes = bytes;
    this.#needle = needle;
  }

  next(at: number, end: number): LineSpan | undefined {
    const found = this.#bytes.indexOf(this.#needle, at);
    return found === -1 || found >= end ? undefined : lineAround(this.#bytes, found, end);
  }
}

class LinesLike implements LineFinder {
  readonly #bytes: Buffer;
  readonly #expression: RegExp;
  readonly #text: string;
  readonly #isAscii: boolean;
  /** The start of a line, in the text and in the bytes. */
  #textAt = 0;
  #byteAt: number;
  readonly #start: number;

  constructor(bytes: Buffer, start: number, end: number, encoding: TextEncoding, expression: RegExp) {
    const part = bytes.subarray(start, end);
    this.#bytes = bytes;
    this.#start = start;
    this.#byteAt = start;
    this.#isAscii = isAscii(part);
    this.#text = this.#isAscii ? part.toString('latin1') : decodeBytes(part, encoding);
    this.#expression = expression;
  }

  next(at: number, end: number): LineSpan | undefined {
    if (at >= end) return undefined;
    if (this.#isAscii) {
      const found = this.#search(at - this.#start);
      return found === -1 ? undefined : lineAround(this.#bytes, this.#start + found, end);
    }
    // Nothing malformed swallows a line feed: the text and the bytes have the same lines.
    while (this.#byteAt < at) {
      const behind = this.#bytes.indexOf(0x0a, this.#byteAt) + 1;
      if (behind === 0 || behind > at) break;
      this.#skipLine();
    }
    const found = this.#search(this.#textAt);
    if (found === -1) return undefined;
    for (;;) {
      const behind = this.#text.indexOf('\n', this.#textAt) + 1;
      if (behind === 0 || behind > found) break;
      this.#skipLine();
    }
    return lineAround(this.#bytes, this.#byteAt, end);
  }

  #search(from: number): number {
    this.#expression.lastIndex = from;
    return this.#expression.exec(this.#text)?.index ?? -1;
  }

  #skipLine(): void {
    this.#byteAt = this.#bytes.indexOf(0x0a, this.#byteAt) + 1;
    this.#textAt = this.#text.indexOf('\n', this.#textAt) + 1;
  }
}

/** The line that holds a place in bytes that extend ASCII. */
function lineAround(bytes: Buffer, at: number, end: number): LineSpan {
  const behind = bytes.indexOf(0x0a, at) + 1;
  return { start: lineStart(bytes, at, 'utf-8'), end: behind === 0 ? end : Math.min(behind, end) };
}

/** Where the line that holds `at` begins; the buffer's start where no line feed is before. */
export function lineStart(bytes: Buffer, at: number, encoding: TextEncoding): number {
  let from = at - 1;
  for (;;) {
    if (from < 0) return 0;
    const found = bytes.lastIndexOf(0x0a, from);
    if (found === -1) return 0;
    if (!encoding.startsWith('utf-16')) return found + 1;
    if (encoding === 'utf-16le' && found % 2 === 0 && found + 1 < at && bytes[found + 1] === 0)
      return found + 2;
    if (encoding === 'utf-16be' && found % 2 === 1 && bytes[found - 1] === 0) return found + 1;
    from = found - 1;
  }
}
