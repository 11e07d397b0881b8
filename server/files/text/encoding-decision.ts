import { isAscii } from 'node:buffer';
import { type TextEncoding, utf8Sequence } from './encoding.ts';
import { firstNonAscii, type SniffedText } from './sniff.ts';

/**
 * Follows a content that began with 64 KiB of ASCII until its first other character: if that is well-formed UTF-8
 * the file is UTF-8, else windows-1252. The answer does not depend on how the content is cut into chunks.
 */
export class EncodingDecision {
  encoding: TextEncoding;
  #undecided: boolean;
  /** The start of a character whose rest is in the next chunk. */
  #start: Buffer = Buffer.alloc(0);

  constructor(sniffed: SniffedText) {
    this.encoding = sniffed.encoding;
    this.#undecided = sniffed.undecided;
  }

  /** The encoding of the whole content, once something has shown it. */
  get decided(): TextEncoding | undefined {
    return this.#undecided ? undefined : this.encoding;
  }

  push(chunk: Buffer): void {
    if (!this.#undecided || (this.#start.length === 0 && isAscii(chunk))) return;
    const bytes = this.#start.length === 0 ? chunk : Buffer.concat([this.#start, chunk]);
    const at = firstNonAscii(bytes);
    const length = utf8Sequence(bytes, at);
    if (length === -1) this.#start = Buffer.from(bytes.subarray(at));
    else this.#settle(length > 0 ? 'utf-8' : 'windows-1252');
  }

  /** The content has ended: half a character is none. */
  end(): void {
    if (this.#undecided && this.#start.length > 0) this.#settle('windows-1252');
  }

  #settle(encoding: TextEncoding): void {
    this.encoding = encoding;
    this.#undecided = false;
  }
}
