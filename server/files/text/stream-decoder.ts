import { boundaryBefore, decodeBytes, unitBytes } from './encoding.ts';
import { EncodingDecision } from './encoding-decision.ts';
import type { SniffedText } from './sniff.ts';

/** Decodes content that comes in pieces. What it returns never ends inside a character. */
export class StreamDecoder {
  readonly #decision: EncodingDecision;
  #pending: Buffer = Buffer.alloc(0);

  constructor(sniffed: SniffedText) {
    this.#decision = new EncodingDecision(sniffed);
  }

  write(chunk: Buffer): string {
    this.#decision.push(chunk);
    const { encoding } = this.#decision;
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const whole = bytes.length - (bytes.length % unitBytes(encoding));
    const cut = boundaryBefore(bytes, whole, encoding);
    // A copy: a view of three bytes would keep the whole chunk in memory.
    this.#pending = Buffer.from(bytes.subarray(cut));
    return decodeBytes(bytes.subarray(0, cut), encoding);
  }

  end(): string {
    this.#decision.end();
    return decodeBytes(this.#pending, this.#decision.encoding);
  }
}
