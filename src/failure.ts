import type { Command } from '@oclif/core';
import { Errors } from '@oclif/core';
import { CliError, EXIT, type ExitCode, systemReason } from './errors.ts';
import { wrongUsage } from './wrong-usage.ts';

/** A failure in words, ready for a person or a program. */
export interface Failure {
  exitCode: ExitCode;
  message: string;
  suggestions: string[];
  /** A bug of ours: shown with its stack under DEBUG. */
  stack?: string;
  json: { error: { code: string; message: string; suggestions: string[] } };
}

/** The one place where whatever was thrown becomes a message and an exit code. */
export function describeFailure(error: unknown, command?: Command): Failure {
  if (error instanceof CliError) return failure(error.exitCode, error.code, error.message, error.suggestions);
  if (isAbort(error)) return describeFailure(error.cause ?? (error as { reason?: unknown }).reason, command);
  if (error instanceof Errors.CLIError) return describeFailure(wrongUsage(error, command));
  const reason = systemReason(error);
  if (reason !== undefined) return systemFailure(error as NodeJS.ErrnoException, reason);
  const message = error instanceof Error ? error.message : String(error);
  const bug = failure(EXIT.failed, 'internal', `this is a bug in mcp-s3: ${message}`, [
    'run it again with DEBUG=1 to see where, and report that',
  ]);
  if (error instanceof Error && error.stack !== undefined) bug.stack = error.stack;
  return bug;
}

function failure(exitCode: ExitCode, code: string, message: string, suggestions: string[]): Failure {
  return { exitCode, message, suggestions, json: { error: { code, message, suggestions } } };
}

/** A file or socket that failed where no one had better words for it. */
function systemFailure({ code, path, syscall }: NodeJS.ErrnoException, reason: string): Failure {
  return failure(
    EXIT.failed,
    code!.toLowerCase(),
    `cannot ${syscall ?? 'use'} ${path ?? 'a file or socket'}: ${reason}`,
    [],
  );
}

function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError' && error.cause instanceof CliError;
}
