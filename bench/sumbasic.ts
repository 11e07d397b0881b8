import { createRequire } from 'node:module';

/**
 * node-sumbasic 0.1.7: of the summarizers tried from npm (lexrank, node-sumbasic, node-summarizer, node-summary,
 * nodejs-text-summarizer, sum, text-summarization, textrank, ts-textrank) the fastest that finishes on 1 MB. Its
 * package.json names its file with a backslash, so it is asked for by the file's path.
 */
export const SUMBASIC = 'node-sumbasic 0.1.7';

type SumBasic = (documents: string[], words: number, shortestSentence?: number) => string;

/** A summary of about so many words: SumBasic ends with the sentence that reaches the number. */
export const sumBasic = createRequire(import.meta.url)('node-sumbasic/src/index.js') as SumBasic;
