import { logFilter } from '../log-filter.ts';
import type { LogLine, LogQuery } from '../log-line.ts';
import { parseLogLine } from '../log-line-parser.ts';

/**
 * Makes a function that parses the lines of a log in their order and passes on those that a query asks for.
 * A line without a time has that of the line before it.
 */
export function lineMatcher(query: LogQuery): (lines: string[]) => Generator<LogLine> {
  const asksFor = logFilter(query);
  let time: number | undefined;
  return function* match(lines) {
    for (const text of lines) {
      if (text === '') continue;
      const line = parseLogLine(text, time ?? query.since);
      time = line.time;
      if (asksFor(line, text)) yield line;
    }
  };
}
