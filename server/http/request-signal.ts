import type { Response } from 'express';
import { ServiceError } from '../errors.ts';

/**
 * A signal that is aborted when the client leaves before the answer is complete, or when the deadline has passed.
 *
 * @param deadlineMs milliseconds.
 */
export function requestSignal(response: Response, deadlineMs: number): AbortSignal {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(deadlinePassed(deadlineMs)), deadlineMs);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) abort.abort(new Error('the client left'));
  });
  return abort.signal;
}

export function deadlinePassed(deadlineMs: number): ServiceError {
  const seconds = Math.round(deadlineMs / 1000);
  return new ServiceError('deadline', `not done within the deadline of ${seconds} s; nothing was kept`);
}
