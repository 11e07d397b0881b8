/** What one line of a log says. */
export interface LogEntry {
  /** As it stands in the line; '' where there is none. */
  time: string;
  level: LogLevel;
  message: string;
}

export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

const TIME =
  /^[[(]?((?:\d{4}[-/]\d{2}[-/]\d{2}|\d{2}[-/.]\d{2}[-/.]\d{4})[T ]\d{2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?|[A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}|\d{2}:\d{2}:\d{2}(?:[.,]\d+)?)[\])]?[\s|,:-]*/;
const LEVEL =
  /^[[(<|]?(FATAL|CRITICAL|CRIT|EMERG|ALERT|PANIC|SEVERE|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE|VERBOSE)[\])>|]?(?=[\s:|\]-]|$)[\s:|\]-]*/i;
const LEVEL_LATER =
  /(?:^|[\s[|])(FATAL|CRITICAL|EMERG|SEVERE|ERROR|WARNING|WARN|INFO|DEBUG|TRACE)(?=[\s:\]|]|$)/;
const ACCESS = /^(\S+) \S+ \S+ \[([^\]]+)\] "([A-Z]+ [^" ]*)[^"]*" (\d{3})\b/;
/** pino's and bunyan's numbers. */
const NUMBERED: Readonly<Record<number, LogLevel>> = {
  10: 'DEBUG',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** Whether a line could have been written by a logger. */
export function isLogLine(line: string): boolean {
  const time = TIME.exec(line);
  if (time !== null) return time[1]!.length > 12 || LEVEL_LATER.test(line);
  if (/^[[(<|]?[A-Z]/.test(line) && LEVEL.test(line) && /^\W?[A-Z]{4}/.test(line)) return true;
  return ACCESS.test(line) || /^\{.*"(?:level|severity|msg|message)"\s*:.*\}\s*$/.test(line);
}

/** Reads a line of a log; undefined for what belongs to the line before (a stack trace). */
export function parseLogLine(line: string): LogEntry | undefined {
  if (line.startsWith('{')) {
    const entry = parseJsonLine(line);
    if (entry !== undefined) return entry;
  }
  const access = ACCESS.exec(line);
  if (access !== null) {
    const status = Number(access[4]);
    const level = status >= 500 ? 'ERROR' : status >= 400 ? 'WARN' : 'INFO';
    return { time: access[2]!, level, message: `${access[3]} answered ${status}` };
  }
  if (/^\s/.test(line) || /^(?:Caused by|Traceback|at )/.test(line)) return undefined;
  const time = TIME.exec(line);
  let rest = time === null ? line : line.slice(time[0].length);
  const first = LEVEL.exec(rest);
  if (first !== null) rest = rest.slice(first[0].length);
  const level =
    levelOf(first?.[1] ?? LEVEL_LATER.exec(rest)?.[1]) ??
    (/\b(?:exception|failed|failure|panic|fatal)\b/i.test(rest) ? 'ERROR' : 'INFO');
  return { time: time?.[1] ?? '', level, message: rest.trim() };
}

function levelOf(word: string | undefined): LogLevel | undefined {
  if (word === undefined) return undefined;
  const upper = word.toUpperCase();
  if (/^(?:FATAL|CRIT|EMERG|ALERT|PANIC|SEVERE)/.test(upper)) return 'FATAL';
  if (upper.startsWith('ERR')) return 'ERROR';
  if (upper.startsWith('WARN')) return 'WARN';
  return /^(?:DEBUG|TRACE|VERBOSE)/.test(upper) ? 'DEBUG' : 'INFO';
}

function parseJsonLine(line: string): LogEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const text = (...names: string[]): string => {
    for (const name of names) {
      const field = fields[name];
      if (typeof field === 'string' || typeof field === 'number') return String(field);
    }
    return '';
  };
  const error = fields.err ?? fields.error;
  const detail =
    typeof error === 'object' && error !== null && 'message' in error
      ? String(error.message)
      : typeof error === 'string'
        ? error
        : '';
  const message = [text('msg', 'message', 'event', 'text'), detail].filter((part) => part !== '').join(': ');
  if (message === '') return undefined;
  const level =
    typeof fields.level === 'number' ? NUMBERED[fields.level] : levelOf(text('level', 'severity', 'lvl'));
  return {
    time: timeText(text('time', 'timestamp', 'ts', '@timestamp')),
    level: level ?? 'INFO',
    message: message.replace(/\s+/g, ' '),
  };
}

/** Milliseconds since 1970, as pino writes them, become a readable time. */
function timeText(time: string): string {
  return /^1\d{12}$/.test(time) ? new Date(Number(time)).toISOString() : time;
}
