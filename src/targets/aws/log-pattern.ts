import { isShortId } from '../log-filter.ts';
import type { LogLine, LogQuery } from '../log-line.ts';

type Asked = { [Field in 'requestId' | 'filter' | 'level']?: LogQuery[Field] | undefined };

/**
 * A filter pattern for CloudWatch Logs that lets everything pass that the query asks for, and as little else as can
 * be said; what comes is filtered again. Undefined where nothing can be said.
 *
 * Regular expressions are used because they alone look inside of words. They know letters, digits, a few symbols and
 * no parentheses ("Supported regular expressions syntax", CloudWatch Logs user guide). Lines that are no JSON always
 * pass: a crash is several events, and only all of them together tell what it was.
 */
export function filterPattern({ requestId, filter, level }: Asked): string | undefined {
  if (requestId !== undefined && /^[\w.:-]+$/.test(requestId)) {
    return `{ $.request_id = "${requestId}${isShortId(requestId) ? '*' : ''}" }`;
  }
  const piece = filter === undefined ? undefined : longestPiece(filter);
  if (piece !== undefined) return `%${piece}|${NO_JSON}%`;
  const words = level === undefined ? undefined : LEVEL_WORDS[level];
  return words === undefined ? undefined : `%${words.map((word) => `level...${word}`).join('|')}|${NO_JSON}%`;
}

const NO_JSON = '^[^\\{]';

/** As pino writes a level and the graver ones; lines that are no JSON count as info. */
const LEVEL_WORDS: Partial<Record<LogLine['level'], string[]>> = {
  error: ['error', 'fatal'],
  warn: ['warn', 'error', 'fatal'],
};

/** What a line must hold, without signs that JSON or the pattern writes in another way. */
function longestPiece(filter: string): string | undefined {
  const [longest = ''] = filter.split(/[^A-Za-z0-9_/-]+/).sort((a, b) => b.length - a.length);
  return longest.length >= 3 ? longest : undefined;
}
