import { LOG_LEVELS, type LogLine, type LogQuery } from '../log-line.ts';
import { parseLogLine } from './log-line-parser.ts';

/**
 * Makes a function that parses the lines of a log in their order and passes on those that a query asks for.
 * A line without a time has that of the line before it.
 */
export function lineMatcher(query: LogQuery): (lines: string[]) => Generator<LogLine> {
  const { since, until = Number.POSITIVE_INFINITY, filter, requestId } = query;
  const lowest = query.level === undefined ? 0 : LOG_LEVELS.indexOf(query.level);
  let time: number | undefined;
  return function* match(lines) {
    for (const text of lines) {
      if (text === '') continue;
      const line = parseLogLine(text, time ?? since);
      time = line.time;
      if (line.time < since || line.time > until) continue;
      if (LOG_LEVELS.indexOf(line.level) < lowest) continue;
      if (requestId !== undefined && !isRequest(line, requestId)) continue;
      if (filter !== undefined && !holds(text, line, filter)) continue;
      yield line;
    }
  };
}

/** The first eight characters or more of a UUID stand for it, as the short form is what a narrow terminal shows. */
function isRequest({ requestId }: LogLine, wanted: string): boolean {
  return (
    requestId === wanted || (/^[0-9a-f]{8}(-|$)/.test(wanted) && (requestId?.startsWith(wanted) ?? false))
  );
}

/** Finds the text in the line as it is written, and in its values one after another ("POST /summarize 404"). */
function holds(text: string, line: LogLine, filter: string): boolean {
  if (text.includes(filter)) return true;
  const values = [line.message, ...Object.values(line.fields).map(plain), line.requestId ?? ''];
  return values.join(' ').includes(filter);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
