import type { SummaryStyle } from './summarizer.ts';

/** What a caller gets who asks for nothing in particular. */
export const DEFAULT_STYLE: SummaryStyle = 'paragraph';
export const DEFAULT_MAX_WORDS = 150;

/** Largest file that is summarized, bytes: 5 GiB. */
export const DEFAULT_MAX_BYTES = 5 * 1024 ** 3;

/** What stands for the summary of a file without words: an answer, because an empty file is no error. */
export const EMPTY_FILE_SUMMARY = 'The file is empty.';
export const NO_WORDS_SUMMARY = 'The file holds no words that could be summarized.';
