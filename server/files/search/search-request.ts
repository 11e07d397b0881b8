import { ServiceError } from '../../errors.ts';
import { isWellFormed } from '../key.ts';
import type { SearchBudget } from './query.ts';

/** Longest pattern, UTF-16 units. */
export const MOST_PATTERN = 1_000;
export const MOST_CONTEXT_LINES = 10;

export interface SearchRequest {
  /** Only keys that start with it. */
  prefix?: string;
  /** Only keys that match it: see glob.ts. */
  glob?: string;
  pattern: string;
  /** `literal`: the text as it is. `regex`: RE2's syntax (github.com/google/re2/wiki/Syntax). */
  mode?: 'literal' | 'regex';
  /** By Unicode's simple case folding, as RE2 does. Default false. */
  ignoreCase?: boolean;
  /** Lines shown before and behind each match, at most 10. Default 0. */
  contextLines?: number;
  /** Bounds of this call; what is left out has its default. */
  limits?: Partial<SearchBudget>;
  /** `nextCursor` of the page before, with all else unchanged except for limits. */
  cursor?: string;
}

export const DEFAULT_BUDGET: SearchBudget = {
  matches: 100,
  output: 32_000,
  bytes: 4 * 1024 * 1024 * 1024,
  timeMs: 10_000,
  graceMs: 2_000,
};

/** Throws `bad_request` for what cannot be searched for in any file. */
export function checkRequest({ pattern, mode, contextLines = 0 }: SearchRequest): void {
  if (pattern === '') throw bad('the pattern is empty: give the text to look for');
  if (pattern.length > MOST_PATTERN) {
    throw bad(
      `the pattern has ${pattern.length} characters, and at most ${MOST_PATTERN} are taken: search for a part of it`,
    );
  }
  if (!isWellFormed(pattern)) throw bad('the pattern is no valid Unicode text: it holds half a character');
  if (mode !== 'regex' && /\n/.test(pattern)) {
    throw bad(
      'the pattern holds a line feed, but lines are searched one by one: search for a part that stands on one line, with context_lines to see its neighbours',
    );
  }
  if (!Number.isInteger(contextLines) || contextLines < 0 || contextLines > MOST_CONTEXT_LINES) {
    throw bad(`the number of context lines must be a whole number from 0 to ${MOST_CONTEXT_LINES}`);
  }
}

function bad(message: string): ServiceError {
  return new ServiceError('bad_request', message);
}
