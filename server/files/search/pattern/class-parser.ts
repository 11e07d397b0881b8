import { bothCases, type CharSet, range, single } from './char-set.ts';
import { escapedCode } from './escape.ts';
import { type Bounds, negated, perlClass, posixClass, unicodeClass } from './named-class.ts';
import type { PatternText } from './pattern-text.ts';

/** Reads a bracket expression; the opening bracket is taken already. */
export function parseClass(text: PatternText, fold: boolean): CharSet {
  const isNegated = text.take('^');
  const found: Bounds = { must: 0n, may: 0n, other: false };
  let only: number | undefined;
  let items = 0;
  for (let first = true; first || !text.at(']'); first = false) {
    items++;
    const named = namedClass(text);
    if (named) {
      add(found, named);
      continue;
    }
    const low = character(text);
    let high = low;
    if (text.at('-') && !text.at('-]')) {
      text.take('-');
      high = character(text);
    }
    only = low === high && !fold ? low : undefined;
    const ascii = range(low, high);
    add(found, { must: ascii, may: ascii, other: high > 127 });
  }
  text.take(']');
  if (items === 1 && only !== undefined && !isNegated) return single(only, false);
  const folded = fold ? withCases(found) : found;
  return toCharSet(isNegated ? negated(folded) : folded, false);
}

export function toCharSet(bounds: Bounds, fold: boolean): CharSet {
  const { may, other } = fold ? withCases(bounds) : bounds;
  return { ascii: may, other: other ? 'any' : 'none' };
}

const LETTERS = range(65, 90) | range(97, 122);
const FOLDS_OUT = range(75, 75) | range(83, 83) | range(107, 107) | range(115, 115);

/** Some characters outside ASCII are other cases of ASCII letters, and the other way round. */
function withCases({ must, may, other }: Bounds): Bounds {
  const cases = bothCases(may);
  return { must, may: other ? cases | LETTERS : cases, other: other || (cases & FOLDS_OUT) !== 0n };
}

function add(to: Bounds, { must, may, other }: Bounds): void {
  to.must |= must;
  to.may |= may;
  to.other ||= other;
}

function namedClass(text: PatternText): Bounds | undefined {
  const posix = text.takeMatch(/\[:(\^?[a-z]+):\]/y);
  if (posix) {
    const found = posixClass(posix[1]!);
    if (!found) throw new Error('unknown class');
    return found;
  }
  const perl = text.takeMatch(/\\([dDsSwW])/y);
  if (perl) return perlClass(perl[1]!);
  if (!text.at('\\p') && !text.at('\\P')) return undefined;
  text.take('\\');
  const property = text.property();
  if (!property) throw new Error('unknown property');
  return unicodeClass(property.name, property.isNegated);
}

function character(text: PatternText): number {
  return text.take('\\') ? escapedCode(text) : text.next();
}
