import type { ServiceErrorCode } from '../errors.ts';

/** The one table from what went wrong to the HTTP status that says so. */
export const STATUS_OF: Record<ServiceErrorCode, number> = {
  bad_request: 400,
  not_found: 404,
  precondition_failed: 412,
  too_large: 413,
  not_text: 415,
  range_not_satisfiable: 416,
  model_throttled: 429,
  model_failed: 502,
  storage_failed: 502,
  storage_full: 507,
  draining: 503,
  deadline: 504,
};

/** Failures of HTTP itself, which the inner layers do not know. */
export const HTTP_STATUS_OF = {
  forbidden_host: 403,
  no_such_route: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_media_type: 415,
  internal: 500,
} as const;

export type HttpErrorCode = keyof typeof HTTP_STATUS_OF;

export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;

  /** @param message safe to show to the caller. */
  constructor(code: HttpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
