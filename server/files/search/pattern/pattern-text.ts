/** The source of a pattern, read from left to right. */
export class PatternText {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get done(): boolean {
    return this.#at >= this.#source.length;
  }

  at(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** @param expression sticky */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source);
    if (!found) return undefined;
    this.#at += found[0].length;
    return found;
  }

  /** The code unit ahead, empty at the end. */
  peek(): string {
    return this.#source.charAt(this.#at);
  }

  /** Takes a code point. */
  next(): number {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw new Error('unexpected end');
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, each perhaps lazy. Other braces are ordinary characters. */
  quantifier(): { min: number; max: number } | undefined {
    const found = this.takeMatch(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y);
    if (!found) return undefined;
    const [, sign, low, comma, high] = found;
    if (sign !== undefined) {
      return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    }
    const min = Number(low);
    return { min, max: !comma ? min : high ? Number(high) : Number.POSITIVE_INFINITY };
  }

  /** `pN`, `p{Name}`, `PN`, `P{^Name}` behind a backslash. */
  property(): { name: string; isNegated: boolean } | undefined {
    const found = this.takeMatch(/([pP])(?:\{(\^?)([^}]*)\}|([A-Za-z]))/y);
    if (!found) return undefined;
    const [, letter, caret, long, short] = found;
    return { name: (long ?? short)!, isNegated: (letter === 'P') !== (caret === '^') };
  }
}
