import { z } from 'zod';
import type { LineMatch } from '../../files/search/query.ts';
import { type SearchResult, searchFiles as search } from '../../files/search/search-files.ts';
import { MOST_CONTEXT_LINES, MOST_PATTERN } from '../../files/search/search-request.ts';
import { dataResult, defineTool, READ_ONLY } from '../tool.ts';

const DEFAULT_MATCHES = 100;
const MOST_MATCHES = 500;
/** Bytes of JSON: dense text has about two characters to a token, and clients cut at 25,000 tokens. */
const OUTPUT = 32_000;
const TIME_MS = 10_000;

const input = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(MOST_PATTERN)
    .describe('What to look for within a line. Plain text, unless `mode` is "regex".'),
  mode: z
    .enum(['literal', 'regex'])
    .optional()
    .describe(
      'Default "literal". "regex": RE2 syntax, so no lookaround and no backreferences; \\b \\d \\w are ASCII.',
    ),
  ignore_case: z.boolean().optional().describe('Default false.'),
  prefix: z
    .string()
    .max(1024)
    .optional()
    .describe('Only files whose key starts with this, such as "logs/2024/".'),
  glob: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Only files like this: "*.md" (the name, at any depth), "docs/**/*.{txt,md}" (the whole key).'),
  context_lines: z
    .int()
    .min(0)
    .max(MOST_CONTEXT_LINES)
    .optional()
    .describe('Lines to show before and after each match. Default 0.'),
  limit: z
    .int()
    .min(1)
    .max(MOST_MATCHES)
    .optional()
    .describe(`Most matches on the page. Default ${DEFAULT_MATCHES}.`),
  cursor: z
    .string()
    .min(1)
    .max(16_384)
    .optional()
    .describe('`next_cursor` of the page before, with all else unchanged.'),
});

const output = z.object({
  files: z.array(
    z.object({
      file_key: z.string(),
      matches: z.array(
        z.object({
          line: z.int().describe('From 1: a `from_line` for read_file.'),
          text: z.string().describe('The line, or the part of a long one around the match.'),
          offset: z
            .int()
            .optional()
            .describe(
              'Only where the line is cut: the byte at which the match begins, an `offset` for read_file.',
            ),
          before: z.array(z.string()).optional(),
          after: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
  searched_files: z.int().describe('Files finished in this call.'),
  searched_bytes: z.int(),
  skipped_binary: z.int().optional().describe('Files that are not text.'),
  skipped_too_large: z.int().optional().describe('Compressed files that unpack to more than 1 GiB.'),
  unreadable: z.int().optional().describe('Files that could not be read.'),
  failures: z.array(z.object({ file_key: z.string(), reason: z.string() })).optional(),
  complete: z.boolean().describe('Whether everything asked for has been searched by now.'),
  note: z.string().optional().describe('Why it is not complete, and what to do.'),
  next_cursor: z.string().optional().describe('Present exactly when there is more to search.'),
});

export const searchFiles = defineTool({
  name: 'search_files',
  title: 'Search in files',
  description:
    'Finds the lines of text files that hold a text or match a regular expression, with key and line number, in the ' +
    'order of keys. Use it to find where something is said, then read_file around the line. Narrow it by `prefix` ' +
    'or `glob` when you can. Nothing found and `complete: true` means it is nowhere in these files; when ' +
    '`next_cursor` is present there is more: call again with it as `cursor`, all else unchanged.',
  input,
  output,
  annotations: READ_ONLY,
  slow: true,
  async run({ pattern, mode, ignore_case, prefix, glob, context_lines, limit, cursor }, { store, signal }) {
    const result = await search(
      store,
      {
        pattern,
        mode: mode ?? 'literal',
        ignoreCase: ignore_case ?? false,
        contextLines: context_lines ?? 0,
        limits: { matches: limit ?? DEFAULT_MATCHES, output: OUTPUT, timeMs: TIME_MS },
        ...(prefix !== undefined && { prefix }),
        ...(glob !== undefined && { glob }),
        ...(cursor !== undefined && { cursor }),
      },
      signal,
    );
    const { searched, skipped, failures, complete, nextCursor } = result;
    const note = noteOf(result);
    return dataResult({
      files: byFile(result.matches),
      searched_files: searched.files,
      searched_bytes: searched.bytes,
      ...(skipped.binary > 0 && { skipped_binary: skipped.binary }),
      ...(skipped.tooLarge > 0 && { skipped_too_large: skipped.tooLarge }),
      ...(skipped.unreadable > 0 && {
        unreadable: skipped.unreadable,
        failures: failures.map(({ key, reason }) => ({ file_key: key, reason })),
      }),
      complete,
      ...(note !== undefined && { note }),
      ...(nextCursor !== undefined && { next_cursor: nextCursor }),
    });
  },
});

/** The key once for all matches of a file. */
function byFile(matches: readonly LineMatch[]): { file_key: string; matches: unknown[] }[] {
  const files: { file_key: string; matches: unknown[] }[] = [];
  for (const { key, line, text, cut, offset, before, after } of matches) {
    if (files.at(-1)?.file_key !== key) files.push({ file_key: key, matches: [] });
    files.at(-1)!.matches.push({
      line,
      text,
      ...(cut && { offset }),
      ...(before.length > 0 && { before }),
      ...(after.length > 0 && { after }),
    });
  }
  return files;
}

const REASONS = {
  matches: 'the limit of matches is reached',
  output: 'the page is full',
  bytes: 'the most bytes of one call are searched',
  time: `the ${TIME_MS / 1000} s of one call are over`,
};

function noteOf({ stoppedBy, stoppedAt, skipped }: SearchResult): string | undefined {
  if (stoppedBy !== undefined) {
    const narrower =
      stoppedBy === 'bytes' || stoppedBy === 'time' ? ', or narrow it with prefix or glob' : '';
    const rarer = stoppedBy === 'matches' || stoppedBy === 'output' ? ', or look for something rarer' : '';
    return `Stopped in ${JSON.stringify(stoppedAt)}: ${REASONS[stoppedBy]}. Go on with next_cursor${narrower}${rarer}.`;
  }
  if (skipped.unreadable === 0) return undefined;
  return 'Some files could not be read, so they were not searched to their end: see failures.';
}
