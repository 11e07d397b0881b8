export type Level = 'info' | 'warn' | 'error';

/**
 * Writes one JSON line, with the fields that the service's own lines have, so that `mcp-s3 logs` reads them alike.
 * Never pass a key, or what a file holds.
 */
export function log(level: Level, msg: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg, ...fields })}\n`);
}

/** What a line says of an error. Its stack is left out: these are other systems' failures, named by their message. */
export function errorFields(error: unknown): { err: { type: string; message: string } } {
  if (!(error instanceof Error)) return { err: { type: typeof error, message: String(error) } };
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return { err: { type: error.name, message: error.message + cause } };
}
