import { ServiceError } from '../../errors.ts';
import type { LineIndex } from '../lines/line-index.ts';
import type { LineIndexes } from '../lines/line-indexes.ts';
import { countNewlines } from '../search/newlines.ts';
import type { FileHead, FileStore } from '../store.ts';
import { onOneVersion, openDocument, reopenDocument, type TextDocument } from './document.ts';
import { decodeBytes, type TextEncoding, unitBytes } from './encoding.ts';
import { EncodingDecision } from './encoding-decision.ts';
import { contentBytesFor, fitText } from './fit-text.ts';
import { afterNewline, wholeUnits } from './newline.ts';

/** Default and greatest size of a page of text, in bytes of UTF-8. */
export const PAGE_BYTES = 65_536;

export interface ReadLinesOptions {
  /** First line, counted from 1. Default 1. */
  fromLine?: number;
  /** Most lines on the page. Default: as many as fit. */
  lines?: number;
  /** Most bytes of UTF-8 on the page. Default 65,536. */
  maxBytes?: number;
  /** Where lines begin, as far as earlier reads have learned; this one teaches them more. */
  indexes?: LineIndexes | undefined;
  signal?: AbortSignal;
}

export interface LinesPage {
  head: FileHead;
  encoding: TextEncoding;
  /** Whole lines with their line ends as they are, decoded; without a byte order mark. */
  text: string;
  fromLine: number;
  /** Last line on the page; `fromLine - 1` for an empty file. */
  toLine: number;
  /** Where to go on; absent at the end of the file, and after a cut line. */
  nextLine?: number;
  /** Byte offset at which `nextLine` begins. */
  nextOffset?: number;
  /** Lines of the file, where the page reaches its end. A last line need not end in a line feed. */
  totalLines?: number;
  /** The page is the start of one line that is larger than a page: go on with `readBytes` from `nextOffset`. */
  truncatedLine?: { line: number; nextOffset: number };
}

/**
 * Reads a page of whole lines.
 * Throws the errors of `FileStore.read`, `not_text`, and `range_not_satisfiable` for a line behind the end.
 */
export function readLines(store: FileStore, key: string, options: ReadLinesOptions = {}): Promise<LinesPage> {
  return onOneVersion(key, async () => {
    const { indexes } = options;
    if (indexes === undefined) {
      return new LineScan(await openDocument(store, key, options.signal), options).page();
    }
    const recalled = recall(store, key, options, indexes);
    const document = recalled?.document ?? (await openDocument(store, key, options.signal));
    const index = recalled?.index ?? (await indexes.of(document));
    try {
      return await new LineScan(document, options, index).page();
    } catch (error) {
      if (recalled !== undefined && isChanged(error)) indexes.forget(key);
      throw error;
    } finally {
      // Also of a read that was ended early: the next one gets further.
      if (index !== undefined) await indexes.keep(document.head, index);
    }
  });
}

/** The file as it was read before, if that shows where to begin: one ranged read then finds the page. */
function recall(store: FileStore, key: string, options: ReadLinesOptions, indexes: LineIndexes) {
  const { fromLine = 1, maxBytes = PAGE_BYTES, signal } = options;
  const known = indexes.recall(key, fromLine);
  if (known === undefined) return undefined;
  const { opened, index } = known;
  const block = index.offsetBehind(fromLine) - index.nearest(fromLine)!.offset + maxBytes;
  return { document: reopenDocument(store, opened, block, signal), index };
}

function isChanged(error: unknown): boolean {
  return error instanceof ServiceError && ['precondition_failed', 'not_found'].includes(error.code);
}

class LineScan {
  readonly #document: TextDocument;
  readonly #fromLine: number;
  readonly #lines: number;
  readonly #maxBytes: number;
  readonly #decision: EncodingDecision;
  readonly #index: LineIndex | undefined;
  /** The line that is being scanned, and the offset of its first byte. */
  #line: number;
  #lineStart: number;
  /** Bytes of that line so far, counted and, from `fromLine` on, kept. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #text = '';
  #textBytes = 0;

  constructor(document: TextDocument, options: ReadLinesOptions, index?: LineIndex) {
    const { sniffed } = document;
    this.#document = document;
    this.#fromLine = options.fromLine ?? 1;
    this.#lines = options.lines ?? Number.POSITIVE_INFINITY;
    this.#maxBytes = options.maxBytes ?? PAGE_BYTES;
    this.#index = index;
    const known = index?.encoding;
    this.#decision = new EncodingDecision(
      known === undefined ? sniffed : { ...sniffed, encoding: known, undecided: false },
    );
    const start = index?.nearest(this.#fromLine) ?? { line: 1, offset: sniffed.bom };
    this.#line = start.line;
    this.#lineStart = start.offset;
  }

  async page(): Promise<LinesPage> {
    const unit = unitBytes(this.#decision.encoding);
    for await (const chunk of wholeUnits(this.#document.bytes(this.#lineStart), unit)) {
      this.#decision.push(chunk); // Also what is skipped, so that every page of a file decides alike.
      this.#learnEncoding();
      const page = this.#scan(chunk, this.#skip(chunk));
      if (page) return page;
    }
    return this.#atEnd();
  }

  /** Passes over lines before the first one that is wanted. Returns where in the chunk to go on. */
  #skip(chunk: Buffer): number {
    if (this.#line >= this.#fromLine) return 0;
    const { encoding } = this.#decision;
    if (unitBytes(encoding) === 1) {
      // Where the chunk holds no line that is wanted, its line feeds need not be found one by one.
      const newlines = countNewlines(chunk, 0, chunk.length);
      if (this.#line + newlines < this.#fromLine) return this.#skipChunk(chunk, newlines);
    }
    let at = 0;
    while (this.#line < this.#fromLine) {
      const behind = afterNewline(chunk, at, encoding);
      const end = behind === -1 ? chunk.length : behind;
      this.#pendingBytes += end - at;
      at = end;
      if (behind === -1) break;
      this.#nextLine();
    }
    return at;
  }

  #skipChunk(chunk: Buffer, newlines: number): number {
    const behind = chunk.lastIndexOf(0x0a) + 1;
    if (newlines > 0) {
      this.#pendingBytes += behind;
      this.#line += newlines - 1;
      this.#nextLine();
    }
    this.#pendingBytes += chunk.length - behind;
    return chunk.length;
  }

  #nextLine(): void {
    this.#line++;
    this.#lineStart += this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#index?.learn(this.#line, this.#lineStart);
  }

  /** Never unlearns it: another read may have got further. */
  #learnEncoding(): void {
    const { decided } = this.#decision;
    if (this.#index && decided !== undefined) this.#index.encoding = decided;
  }

  #scan(chunk: Buffer, from: number): LinesPage | undefined {
    for (let at = from; at < chunk.length; ) {
      if (this.#line - this.#fromLine === this.#lines) return this.#result({ more: true });
      const behind = afterNewline(chunk, at, this.#decision.encoding);
      const part = chunk.subarray(at, behind === -1 ? chunk.length : behind);
      at += part.length;
      this.#pendingBytes += part.length;
      this.#pending.push(part);
      if (
        behind === -1 &&
        this.#pendingBytes > contentBytesFor(this.#maxBytes, this.#decision.encoding) + 4
      ) {
        return this.#tooLarge();
      }
      if (behind !== -1 && !this.#endLine()) return this.#tooLarge();
    }
    return undefined;
  }

  /** Takes the line that is complete onto the page; false if it does not fit. */
  #endLine(): boolean {
    if (this.#line >= this.#fromLine) {
      const text = decodeBytes(this.#bytes(), this.#decision.encoding);
      const bytes = Buffer.byteLength(text);
      if (this.#textBytes + bytes > this.#maxBytes) return false;
      this.#text += text;
      this.#textBytes += bytes;
    }
    this.#nextLine();
    return true;
  }

  #tooLarge(): LinesPage {
    if (this.#line > this.#fromLine) return this.#result({ more: true });
    const bytes = this.#bytes();
    const kept = fitText(bytes, this.#maxBytes, this.#decision.encoding, 'start');
    this.#text = decodeBytes(bytes.subarray(0, kept), this.#decision.encoding);
    const truncatedLine = { line: this.#line, nextOffset: this.#lineStart + kept };
    return { ...this.#result({ more: false }), toLine: this.#line, truncatedLine };
  }

  #atEnd(): LinesPage {
    this.#decision.end();
    if (this.#pendingBytes > 0 && !this.#endLine()) return this.#tooLarge();
    const totalLines = this.#line - 1;
    if (this.#index) this.#index.totalLines = totalLines;
    this.#learnEncoding();
    if (this.#fromLine > Math.max(totalLines, 1)) {
      const { key } = this.#document.head;
      throw new ServiceError(
        'range_not_satisfiable',
        `line ${this.#fromLine} is behind the end of ${JSON.stringify(key)}, which has ${totalLines} lines`,
      );
    }
    return { ...this.#result({ more: false }), totalLines };
  }

  #result({ more }: { more: boolean }): LinesPage {
    return {
      head: this.#document.head,
      encoding: this.#decision.encoding,
      text: this.#text,
      fromLine: this.#fromLine,
      toLine: this.#line - 1,
      ...(more && { nextLine: this.#line, nextOffset: this.#lineStart }),
    };
  }

  #bytes(): Buffer {
    return this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
  }
}
