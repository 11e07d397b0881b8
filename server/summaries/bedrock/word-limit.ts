import { countWords, cutToWords } from '../extractive/words.ts';

/** So many words before the limit, sentences begin to be passed on only as a whole. */
const MARGIN = 30;

/** Ends of sentences and lines. A full stop counts only before white space: "3.5" may still be on its way. */
const SENTENCE_END = /[.!?…]["'”’)\]*_]*(?=\s)|[。！？]["'”’」』）]*|\n/g;
const ENDS_SENTENCE = /[.!?…。！？]["'”’」』）)\]*_]*$/;
const BEGINS_LINE = /^[ \t]*\r?\n/;

/**
 * Passes a text on while it is being written, and ends it within `limit` words: after the last sentence (or line)
 * that fits, or where one sentence alone is too long inside it, with an ellipsis. What was passed on, put together,
 * is the text.
 */
export class WordLimit {
  /** What was passed on so far. */
  text = '';
  #held = '';
  #full = false;
  readonly #limit: number;
  readonly #emit: (text: string) => void;

  constructor(limit: number, emit: (text: string) => void) {
    this.#limit = limit;
    this.#emit = emit;
  }

  push(piece: string): void {
    if (this.#full) return;
    this.#held += this.text === '' && this.#held === '' ? piece.trimStart() : piece;
    const words = countWords(this.text + this.#held);
    if (words <= this.#limit - MARGIN) this.#pass(this.#held.trimEnd());
    else this.#passSentences();
    if (words > this.#limit) this.#cut(cutToWords(this.text + this.#held, this.#limit));
  }

  /** @param cutShort the writer was stopped before its end: an ellipsis says so. */
  end(cutShort = false): string {
    if (this.#full) return this.text;
    if (!cutShort) this.#pass(this.#held.trimEnd());
    else if (this.text !== '') this.#pass('…');
    else if (this.#held !== '') this.#pass(`${this.#held.trimEnd()}…`);
    return this.text;
  }

  /** Drops what is held back if the text ends well without it, otherwise ends as `whole` does. */
  #cut(whole: string): void {
    this.#full = true;
    const endsWell = ENDS_SENTENCE.test(this.text) || (this.text !== '' && BEGINS_LINE.test(this.#held));
    if (!endsWell) this.#pass(whole.startsWith(this.text) ? whole.slice(this.text.length) : '…');
  }

  #passSentences(): void {
    let end = 0;
    for (const match of this.#held.matchAll(SENTENCE_END)) {
      const next = match.index + match[0].length;
      if (countWords(this.text + this.#held.slice(0, next)) > this.#limit) break;
      end = next;
    }
    this.#pass(this.#held.slice(0, end).trimEnd());
  }

  #pass(text: string): void {
    if (text === '') return;
    this.text += text;
    this.#held = this.#held.slice(text.length);
    this.#emit(text);
  }
}
