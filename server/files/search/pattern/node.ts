import type { CharSet } from './char-set.ts';

/** A pattern as far as it matters which lines it can match; groups, laziness and names are gone. */
export type PatternNode =
  | { kind: 'char'; set: CharSet }
  | { kind: 'assert'; what: 'start' | 'end' | 'word' | 'not-word' }
  | { kind: 'cat'; items: readonly PatternNode[] }
  | { kind: 'alt'; branches: readonly PatternNode[] }
  | { kind: 'repeat'; item: PatternNode; min: number; max: number };
