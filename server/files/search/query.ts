import type { TextEncoding } from '../text/encoding.ts';

/** What is looked for, as it travels to the worker. */
export interface LineQuery {
  pattern: string;
  mode: 'literal' | 'regex';
  ignoreCase: boolean;
  /** Lines shown before and behind each match. */
  contextLines: number;
}

/** Bounds of one call. */
export interface SearchBudget {
  matches: number;
  /** Bytes of content. */
  bytes: number;
  /** Bytes of JSON that the matches make. */
  output: number;
  /** Milliseconds. */
  timeMs: number;
  /** Milliseconds beyond them for the line that the thread is at; then it is ended, and the search has failed. */
  graceMs: number;
}

export type StopReason = 'matches' | 'output' | 'bytes' | 'time';

/** A match, or as much of its line as is shown. */
export interface LineMatch {
  key: string;
  /** From 1. */
  line: number;
  /** The line without its end; where it is long the part around the match. */
  text: string;
  /** Whether the line is longer than `text`. */
  cut: boolean;
  /** Byte of the content at which the match begins. */
  offset: number;
  before: string[];
  after: string[];
}

/** Where in a file to go on. Offsets are bytes of the content, at a character. */
export interface ScanPosition {
  /** Where to read from: the start of a line, unless `longLine` says of which line it is in the middle. */
  offset: number;
  /** The line that `offset` is in. */
  line: number;
  /** Where to search from; before it are lines that only show as context. */
  searchFrom: number;
  longLine?: number;
  encoding: TextEncoding;
  /** Only ASCII before `offset`: the encoding is not known for certain yet. */
  undecided: boolean;
}
