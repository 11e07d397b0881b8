import type { LogLine } from '../targets/log-line.ts';

/** A line of the log as one line of JSON, for programs: exact, with the time in ISO 8601. */
export function logLineJson({ time, level, message, requestId, fields, rest = [] }: LogLine): string {
  return JSON.stringify({
    time: new Date(time).toISOString(),
    level,
    message: [message, ...rest].join('\n'),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    fields,
  });
}
