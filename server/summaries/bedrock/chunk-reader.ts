import { abortable } from '../../abortable.ts';
import { estimateTokens } from './token-estimate.ts';

/** Where a chunk may end, the best first. The match is part of the chunk. */
const BOUNDARIES = [/(?:\r?\n[ \t]*){2,}/g, /\r?\n/g, /[.!?。！？]["'”’)\]]*\s+|[。！？]/g, /\s+/g];
/** A boundary counts only behind this share of the chunk: a smaller chunk would waste a call. */
const EARLIEST = 0.5;

/** Hands out a stream of text in chunks, in memory of one chunk and one piece. */
export class ChunkReader {
  /** Characters (UTF-16 units) handed out and skipped so far. */
  consumed = 0;
  readonly #pieces: AsyncIterator<string>;
  readonly #signal: AbortSignal | undefined;
  #held = '';
  #heldTokens = 0;
  #ended = false;

  constructor(text: AsyncIterable<string>, signal?: AbortSignal) {
    this.#pieces = text[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** The rest of the text if it has at most so many tokens, by estimate; nothing is handed out otherwise. */
  async restWithin(tokens: number): Promise<string | undefined> {
    await this.#fill(tokens);
    if (!this.#ended || this.#heldTokens > tokens) return undefined;
    return this.#take(this.#held.length);
  }

  /** The next chunk of at most so many tokens, by estimate; undefined at the end. */
  async next(tokens: number): Promise<string | undefined> {
    await this.#fill(tokens);
    if (this.#held === '') return undefined;
    return this.#take(this.#heldTokens <= tokens ? this.#held.length : cutAt(this.#held, tokens));
  }

  /** Puts the chunk that was handed out last back. */
  putBack(chunk: string): void {
    this.#held = chunk + this.#held;
    this.#heldTokens = estimateTokens(this.#held);
    this.consumed -= chunk.length;
  }

  /** Reads on to the end only to learn how long the text is. */
  async skipRest(onSkip: () => void): Promise<void> {
    this.#take(this.#held.length);
    while (!this.#ended) {
      const piece = await this.#read();
      if (piece === undefined) return;
      this.consumed += piece.length;
      onSkip();
    }
  }

  /** Closes the source; the text need not have been read to its end. */
  close(): void {
    this.#pieces.return?.()?.catch(() => undefined);
  }

  async #fill(tokens: number): Promise<void> {
    while (!this.#ended && this.#heldTokens <= tokens) {
      const piece = await this.#read();
      if (piece === undefined) return;
      this.#held += piece;
      this.#heldTokens += estimateTokens(piece);
    }
  }

  async #read(): Promise<string | undefined> {
    const { done, value } = await abortable(this.#pieces.next(), this.#signal);
    if (done === true) this.#ended = true;
    return done === true ? undefined : value;
  }

  #take(length: number): string {
    const chunk = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    this.#heldTokens = estimateTokens(this.#held);
    this.consumed += length;
    return chunk;
  }
}

/**
 * Where to cut a text so that at most `tokens` stand before: at the last paragraph's end, else line's, sentence's
 * or word's in its second half, else anywhere between two code points.
 */
export function cutAt(text: string, tokens: number): number {
  let most = text.length;
  for (let estimate = estimateTokens(text); estimate > tokens && most > 2; ) {
    most = Math.max(2, Math.floor(most * Math.min(0.99, tokens / estimate)));
    estimate = estimateTokens(text.slice(0, most));
  }
  const window = text.slice(0, most);
  const from = Math.floor(most * EARLIEST);
  for (const boundary of BOUNDARIES) {
    let end = 0;
    for (const match of window.slice(from).matchAll(boundary)) end = from + match.index + match[0].length;
    if (end > 0) return end;
  }
  const insidePair = most < text.length && /[\uD800-\uDBFF]/.test(text[most - 1]!);
  return insidePair ? most - 1 : most;
}
