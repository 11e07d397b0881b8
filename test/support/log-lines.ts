import type { LogLine } from '../../src/targets/log-line.ts';

/** The line of a finished request, as the server writes it. */
export function requestLogLine(time: number, fields: Record<string, unknown> = {}): LogLine {
  const status = Number(fields.status ?? 200);
  return {
    time,
    level: status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info',
    message: 'request',
    requestId: 'da90d382-427b-4b32-9567-1dd405831526',
    fields: { method: 'POST', route: '/summarize', status: 200, duration_ms: 5, service_ms: 5, ...fields },
  };
}

export async function* linesOf(lines: LogLine[]): AsyncGenerator<LogLine> {
  yield* lines;
}
