import { isAscii, isUtf8 } from 'node:buffer';
import { needleOf } from './encode-literal.ts';
import type { PatternFilter } from './pattern/filter.ts';

/**
 * Tells cheaply, before its encoding is known, that nothing in a content can match: most files of a search end here.
 * For content that extends ASCII, so not for UTF-16.
 */
export class MayMatch {
  readonly #needles: readonly Buffer[];
  readonly #expression: RegExp | undefined;

  constructor(filter: PatternFilter) {
    const { literal, expression } = filter;
    const needles =
      literal === undefined
        ? []
        : [needleOf(literal, 'utf-8'), needleOf(literal, 'windows-1252')].filter(
            (each) => each !== undefined,
          );
    this.#needles = needles.filter((each, index) => index === 0 || !each.equals(needles[0]!));
    this.#expression = literal === undefined ? expression : undefined;
  }

  of(bytes: Buffer): boolean {
    if (this.#needles.length > 0) return this.#needles.some((needle) => bytes.includes(needle));
    if (!this.#expression) return true;
    this.#expression.lastIndex = 0;
    if (isAscii(bytes)) return this.#expression.test(bytes.toString('latin1'));
    // Content that is UTF-8 throughout is taken for UTF-8, whatever else it could be.
    return !isUtf8(bytes) || this.#expression.test(bytes.toString('utf8'));
  }
}
