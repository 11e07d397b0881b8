import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { ServiceError, type ServiceErrorCode } from '../errors.ts';
import type { CallScope } from './mcp-server.ts';
import { failureText, isOurs } from './tool-result.ts';

/** What the caller asked wrongly; all else is the service's. */
const CALLERS: ReadonlySet<ServiceErrorCode> = new Set([
  'bad_request',
  'not_found',
  'not_text',
  'too_large',
  'range_not_satisfiable',
]);

/**
 * Does the work of a request that has no result for failures: they become errors of the protocol, in the same words
 * as results of tools, and the log learns what only it may know.
 *
 * Throws ProtocolError: InvalidParams for what the caller can correct, else InternalError.
 */
export async function orProtocolError<T>(
  scope: CallScope,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    const failure = signal.aborted ? signal.reason : error;
    if (!signal.aborted && isOurs(failure)) scope.onFailure(failure);
    const isCallers = failure instanceof ServiceError && CALLERS.has(failure.code);
    const code = isCallers ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, failureText(failure, scope.requestId));
  }
}
