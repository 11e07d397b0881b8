import type { Readable, Writable } from 'node:stream';
import { printable } from './render/printable.ts';
import { type Style, styleFor } from './render/style.ts';

/**
 * What a command says and hears. stdout carries the result and nothing else; progress, prompts and warnings go
 * to stderr. Library code never prints: it reports through callbacks.
 */
export interface Io {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
  /** Colours for each stream, or plain text where colour is not wanted. */
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** Columns of the terminal that shows stdout; 80 where there is none. */
  readonly width: number;
  /** True under --json: notes are not for a program, so they are kept quiet. */
  readonly json: boolean;
  /** A line of the result. */
  out(line?: string): void;
  /** A part of the result, as it is. */
  write(text: string): void;
  /** A remark for the person, on stderr. Silent under --json. */
  note(line: string): void;
  warn(line: string): void;
  /** Text that came from a file's name or content: exact in a pipe, without control characters on a terminal. */
  show(text: string): string;
}

export interface IoOptions {
  stdin: Io['stdin'];
  stdout: Io['stdout'];
  stderr: Io['stderr'];
  env: NodeJS.ProcessEnv;
  json: boolean;
}

export function createIo({ stdin, stdout, stderr, env, json }: IoOptions): Io {
  const outStyle = styleFor(stdout, env);
  const errStyle = styleFor(stderr, env);
  return {
    stdin,
    stdout,
    stderr,
    outStyle,
    errStyle,
    json,
    get width() {
      return stdout.columns ?? 80;
    },
    out: (line = '') => void stdout.write(`${line}\n`),
    write: (text) => void stdout.write(text),
    note: (line) => {
      if (!json) stderr.write(`${errStyle.dim(line)}\n`);
    },
    warn: (line) => {
      if (!json) stderr.write(`${errStyle.yellow('Warning:')} ${line}\n`);
    },
    show: (text) => (stdout.isTTY ? printable(text) : text),
  };
}
