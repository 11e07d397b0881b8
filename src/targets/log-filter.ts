import { LOG_LEVELS, type LogLine, type LogQuery } from './log-line.ts';

/** Makes a function that says whether a query asks for a line of the log. It takes the line's own text too. */
export function logFilter(query: LogQuery): (line: LogLine, text: string) => boolean {
  const { since, until = Number.POSITIVE_INFINITY, filter, requestId } = query;
  const lowest = query.level === undefined ? 0 : LOG_LEVELS.indexOf(query.level);
  return (line, text) => {
    if (line.time < since || line.time > until) return false;
    if (LOG_LEVELS.indexOf(line.level) < lowest) return false;
    if (requestId !== undefined && !isRequest(line, requestId)) return false;
    return filter === undefined || holds(text, line, filter);
  };
}

/** The first eight characters or more of a UUID stand for it, as the short form is what a narrow terminal shows. */
export function isShortId(wanted: string): boolean {
  return /^[0-9a-f]{8}(-|$)/.test(wanted);
}

function isRequest({ requestId }: LogLine, wanted: string): boolean {
  return requestId === wanted || (isShortId(wanted) && (requestId?.startsWith(wanted) ?? false));
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
