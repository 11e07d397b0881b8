import type { CallToolResult } from '@modelcontextprotocol/server';
import { ServiceError, type ServiceErrorCode } from '../errors.ts';
import type { ToolResult } from './tool.ts';

/** What a model can do next, by what went wrong. */
const NEXT_STEP: Partial<Record<ServiceErrorCode, string>> = {
  bad_request: 'Correct the arguments and call again.',
  not_found: 'Use list_files to see which files there are.',
  too_large: 'Read parts of it with read_file instead.',
  not_text: 'Only text can be read here; file_info tells what is known of the file.',
  range_not_satisfiable: 'Ask for a place inside the file; file_info tells its size.',
  precondition_failed: 'The file changed in between: start again from its beginning.',
  model_throttled: 'Wait and call again, or read the file with read_file.',
  model_failed: 'Call again; if it fails again, read the file with read_file.',
  storage_failed: 'Call again in a moment.',
  draining: 'Call again in a moment.',
  deadline: 'Ask for less, or read the file in parts with read_file.',
};

const OURS: ReadonlySet<ServiceErrorCode> = new Set(['model_failed', 'storage_failed', 'storage_full']);

export function successResult({ text, note, structured, failed }: ToolResult): CallToolResult {
  const texts = [text, note ?? []].flat();
  return {
    content: texts.map((text) => ({ type: 'text', text })),
    ...(structured === undefined ? {} : { structuredContent: structured }),
    ...(failed ? { isError: true } : {}),
  };
}

/**
 * An expected failure as a result that the model reads and can act on. What is unexpected says no more than that.
 *
 * @param requestId lets a person find the failure in the log.
 */
export function failureResult(error: unknown, requestId: string): CallToolResult {
  return { content: [{ type: 'text', text: failureText(error, requestId) }], isError: true };
}

/** Says what went wrong and what to do next. */
export function failureText(error: unknown, requestId: string): string {
  if (!(error instanceof ServiceError)) return `The server failed: a bug on our side (request ${requestId}).`;
  const sentences = [
    /[.?!]$/.test(error.message) ? error.message : `${error.message}.`,
    ...(error.retryAfter === undefined ? [] : [`Wait ${Math.ceil(error.retryAfter)} s first.`]),
    NEXT_STEP[error.code],
  ];
  return sentences.filter(Boolean).join(' ');
}

/** Whether a failure is the service's own, which the log should explain, and not the caller's. */
export function isOurs(error: unknown): boolean {
  return !(error instanceof ServiceError) || OURS.has(error.code);
}
