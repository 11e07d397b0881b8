import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Header and field names whose values never reach a log line, whoever logs the object that holds them. */
const SECRET_FIELDS = ['x-api-key', 'authorization', 'cookie', 'api_key', 'apiKey', 'key_value'];

/**
 * JSON log, one object a line: `level` by name, `time` in ISO 8601 UTC with milliseconds, `msg`.
 * Neither keys nor file content may be passed in; the redaction is the second line of defence.
 *
 * @param destination where lines go; standard output by default.
 */
export function createLogger(
  options: { level?: LogLevel; destination?: DestinationStream; now?: () => number } = {},
): Logger {
  const now = options.now ?? Date.now;
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: {
        paths: SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]),
        censor: '[redacted]',
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** An error as the log shows it, with the chain of its causes. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const described: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  if (error.cause !== undefined && error.cause !== error) described.cause = describeError(error.cause);
  return described;
}
