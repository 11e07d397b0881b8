import { ServiceError } from '../errors.ts';

export interface Preconditions {
  ifMatch?: string;
  ifNoneMatch?: '*';
}

/** Throws `precondition_failed` unless the current version, if any, is the one that is asked for. */
export function checkPreconditions(key: string, etag: string | undefined, wanted: Preconditions): void {
  if (wanted.ifNoneMatch !== undefined && etag !== undefined) throw preconditionFailed(key, wanted);
  if (wanted.ifMatch !== undefined && wanted.ifMatch !== etag) throw preconditionFailed(key, wanted);
}

export function preconditionFailed(key: string, wanted: Preconditions, cause?: unknown): ServiceError {
  const name = JSON.stringify(key);
  const message =
    wanted.ifNoneMatch === undefined
      ? `${name} is not the version ${wanted.ifMatch} any more: read it again and repeat with its new etag`
      : `${name} exists already: choose another key, or replace it with the etag of the existing file`;
  return new ServiceError('precondition_failed', message, { cause });
}

export function checksumMismatch(key: string, expected: string, actual: string): ServiceError {
  return new ServiceError(
    'bad_request',
    `the content for ${JSON.stringify(key)} has the SHA-256 ${actual}, not ${expected} as announced: nothing was stored. Send it again`,
  );
}

export function rangeNotSatisfiable(key: string, start: number, size: number | undefined): ServiceError {
  const length = size === undefined ? '' : `, which has ${size} bytes`;
  return new ServiceError(
    'range_not_satisfiable',
    `byte ${start} is behind the end of ${JSON.stringify(key)}${length}`,
  );
}
