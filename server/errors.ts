/**
 * Expected failures of the service. Code that notices one throws a ServiceError; the tables that turn it into
 * an HTTP status (http/) or a tool result (mcp/) are the only readers of `code`.
 */

export type ServiceErrorCode =
  | 'bad_request'
  | 'not_found'
  | 'precondition_failed'
  | 'too_large'
  | 'not_text'
  | 'range_not_satisfiable'
  | 'model_throttled'
  | 'model_failed'
  | 'storage_failed'
  | 'storage_full'
  | 'draining'
  | 'deadline';

export interface ServiceErrorOptions {
  /** The error underneath: logged, never sent. */
  cause?: unknown;
  /** Seconds after which a retry makes sense. */
  retryAfter?: number;
}

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly retryAfter: number | undefined;

  /** @param message safe to show to the caller: no stack, ARN, path outside the bucket or policy. */
  constructor(code: ServiceErrorCode, message: string, options: ServiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** The error for a key that names no file. */
export function noSuchFile(key: string): ServiceError {
  return new ServiceError('not_found', `no such file: ${JSON.stringify(key)}`);
}
