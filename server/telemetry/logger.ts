import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Header and field names whose values never reach a log line, whoever logs the object that holds them. */
const SECRET_FIELDS = new Set(['x-api-key', 'authorization', 'cookie', 'api_key', 'apiKey', 'key_value']);

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
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      serializers: { err: describeError },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Looks before it copies: pino's own redaction costs every line several times as much. */
function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return hasSecret(fields) ? censor(fields) : fields;
}

function hasSecret(fields: Record<string, unknown>): boolean {
  for (const name in fields) {
    if (SECRET_FIELDS.has(name)) return true;
    const value = fields[name];
    if (isPlainObject(value) && hasSecret(value)) return true;
  }
  return false;
}

function censor(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => {
    if (SECRET_FIELDS.has(name)) return [name, '[redacted]'];
    return [name, isPlainObject(value) ? censor(value) : value];
  });
  return Object.fromEntries(entries);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && !Array.isArray(value);
}

/** An error as the log shows it, with the chain of its causes. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const described: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  if (error.cause !== undefined && error.cause !== error) described.cause = describeError(error.cause);
  return described;
}
