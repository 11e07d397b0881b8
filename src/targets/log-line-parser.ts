import type { LogLine } from './log-line.ts';

const LEVELS: Record<string, LogLine['level']> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

/** What Node prints when it ends by an error: a frame of the stack, the error's name, a lack of memory. */
const CRASH = /^\s+at \S|^(Uncaught )?([A-Z]\w*)?(Error|Exception)\b|^FATAL ERROR\b/m;

/**
 * One line of the server's log. Never throws: what is no JSON object (a half line after a crash, text of
 * somebody else) is a line with the text as its message, of level error where it tells of a crash, else info.
 *
 * @param text without the newline at its end; a text that is no JSON may have several lines
 * @param time milliseconds since the epoch for a line that has no readable time of its own
 */
export function parseLogLine(text: string, time = 0): LogLine {
  const object = parseObject(text);
  if (object === undefined) {
    const [message = '', ...rest] = text.split('\n');
    const line: LogLine = { time, level: CRASH.test(text) ? 'error' : 'info', message, fields: {} };
    return rest.length === 0 ? line : { ...line, rest };
  }
  const { level, time: stamp, msg, request_id, ...fields } = object;
  const parsed = typeof stamp === 'string' ? Date.parse(stamp) : Number(stamp ?? Number.NaN);
  const line: LogLine = {
    time: Number.isFinite(parsed) ? parsed : time,
    level: (typeof level === 'string' ? LEVELS[level] : undefined) ?? 'info',
    message: typeof msg === 'string' ? msg : '',
    fields,
  };
  if (typeof request_id === 'string') line.requestId = request_id;
  return line;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
