import { classSource, onlyChar } from './char-set.ts';
import type { PatternNode } from './node.ts';
import { parsePattern } from './parse.ts';
import { bestRun, type Run, runsOf, selectivity } from './runs.ts';

/** What every line that can match certainly holds: cheap to look for, before the exact engine looks. */
export interface PatternFilter {
  /** Text that is in every match. */
  literal?: string;
  /**
   * Finds a place in every line that can match, in text of many lines. Global, and made of bounded runs only: it
   * takes a bounded number of steps from each place, so that it cannot be made to hang.
   */
  expression?: RegExp;
  wantsNewline: boolean;
}

/** Below this an expression stops at too many lines to be of use, bits. */
const MIN_BITS = 7;
/** A shorter literal is only used where there is no good expression. */
const GOOD_LITERAL = 3;

/** @param pattern one that RE2 accepts. Where nothing is known of it the filter is empty. */
export function filterOf(pattern: string, fold: boolean): PatternFilter {
  let runs: Run[];
  let wantsNewline: boolean;
  try {
    const parsed = parsePattern(pattern, fold);
    runs = runsOf(parsed.node);
    wantsNewline = parsed.wantsNewline;
  } catch {
    return { wantsNewline: false };
  }
  const literal = longestLiteral(runs);
  const best = bestRun(runs);
  const isGood = best !== undefined && selectivity({ kind: 'cat', items: best }) >= MIN_BITS;
  const isUseful = literal !== undefined && (Buffer.byteLength(literal) >= GOOD_LITERAL || !isGood);
  return {
    ...(isUseful && { literal }),
    ...(isGood && { expression: new RegExp(best.map(sourceOf).join(''), 'gu') }),
    wantsNewline,
  };
}

function longestLiteral(runs: readonly Run[]): string | undefined {
  let longest = '';
  let current = '';
  const end = () => {
    if (Buffer.byteLength(current) > Buffer.byteLength(longest)) longest = current;
    current = '';
  };
  for (const run of runs) {
    for (const char of run.flatMap(exactChars)) {
      if (char === undefined) end();
      else current += char;
    }
    end();
  }
  return longest === '' ? undefined : longest;
}

/** The characters that an element stands for; undefined where it is not exactly one. Assertions take no room. */
function exactChars(node: PatternNode): (string | undefined)[] {
  switch (node.kind) {
    case 'char':
      return [onlyChar(node.set)];
    case 'assert':
      return [];
    case 'cat':
      return node.items.flatMap(exactChars);
    case 'repeat': {
      const item = exactChars(node.item);
      const copies = Array.from({ length: node.min }, () => item).flat();
      return node.min === node.max ? copies : [...copies, undefined];
    }
    default:
      return [undefined];
  }
}

/** Line ends stand for `^` and `$`; a carriage return before one may belong to it. */
const ASSERTIONS = { start: '(?<![^\\n])', end: '(?![^\\r\\n])', word: '\\b', 'not-word': '\\B' };

function sourceOf(node: PatternNode): string {
  switch (node.kind) {
    case 'char':
      return classSource(node.set);
    case 'assert':
      return ASSERTIONS[node.what];
    case 'cat':
      return node.items.length === 1 ? sourceOf(node.items[0]!) : `(?:${node.items.map(sourceOf).join('')})`;
    case 'alt':
      return `(?:${node.branches.map(sourceOf).join('|')})`;
    case 'repeat':
      return node.min === 1 && node.max === 1
        ? sourceOf(node.item)
        : `(?:${sourceOf(node.item)}){${node.min},${node.max}}`;
  }
}
