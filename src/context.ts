import type { Io } from './io.ts';

/**
 * Everything a command takes from outside: the terminal, the environment, the clock, Ctrl-C. Made once per
 * command by base-command.ts; a test hands in its own.
 */
export interface CliContext {
  readonly io: Io;
  /** Environment with the working folder's `.env` below it. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborted by Ctrl-C and SIGTERM with an InterruptedError. */
  readonly signal: AbortSignal;
}
