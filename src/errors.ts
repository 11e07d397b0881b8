/** Exit codes, the same with and without --json. The README's table is made from the comments here. */
export const EXIT = {
  /** Done, also when there was nothing to do. */
  ok: 0,
  /** Failed: any of several keys, a failed check. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Credentials or key missing, expired or refused. */
  credentials: 3,
  /** Declined at a prompt. */
  declined: 4,
  /** Still running, timed out, or could not look. */
  unfinished: 5,
  /** A finding that was asked for (--fail-on-alarm, --fail-on-changes). */
  finding: 6,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * An expected failure. The message says what happened and why ("cannot read notes.txt: permission denied"),
 * the suggestions say what to do. Anything else that is thrown is a bug of ours and shown as one.
 */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  /** Stable word for programs, snake case. */
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly suggestions: string[];

  constructor(
    exitCode: ExitCode,
    code: string,
    message: string,
    options: { suggestions?: string[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = exitCode;
    this.code = code;
    this.suggestions = options.suggestions ?? [];
  }
}

/** Something was tried and did not work (exit 1). */
export function failed(code: string, message: string, suggestions: string[] = [], cause?: unknown): CliError {
  return new CliError(EXIT.failed, code, message, { suggestions, cause });
}

/** The command line or the configuration is wrong (exit 2). */
export function usageError(message: string, suggestions: string[] = [], code = 'usage'): CliError {
  return new CliError(EXIT.usage, code, message, { suggestions });
}

/** Credentials or an API key are missing or refused (exit 3). */
export function credentialsError(
  message: string,
  suggestions: string[] = [],
  code = 'credentials',
): CliError {
  return new CliError(EXIT.credentials, code, message, { suggestions });
}

/** Nothing was decided: a time-out, or something that could not be looked at (exit 5). */
export function unfinished(
  code: string,
  message: string,
  suggestions: string[] = [],
  cause?: unknown,
): CliError {
  return new CliError(EXIT.unfinished, code, message, { suggestions, cause });
}

/** Reason of the signal that Ctrl-C aborts. */
export class InterruptedError extends CliError {
  override readonly name = 'InterruptedError';
  constructor() {
    super(EXIT.interrupted, 'interrupted', 'interrupted');
  }
}

/** The system's words for the failures of files and sockets that people meet; undefined for others. */
export function systemReason(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? undefined : SYSTEM_REASONS[code];
}

const SYSTEM_REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EADDRINUSE: 'the port is taken',
  EADDRNOTAVAIL: 'this machine has no such address',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EPROXY: 'the proxy that HTTPS_PROXY or HTTP_PROXY names refuses the connection',
};
