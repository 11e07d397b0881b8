import { spawn } from '@lydell/node-pty';
import { CLI_ENTRY, type CliHome, createCliHome, removeCliHome } from './cli.ts';

export interface TerminalOptions {
  home?: CliHome;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Default 80. */
  columns?: number;
  /** What the person types: each step waits for its text on the screen, in what came after the step before. */
  input?: { after: RegExp; type: string }[];
}

export interface TerminalResult {
  code: number;
  /** Everything that came to the terminal, stdout and stderr mixed, with `\r\n` as `\n`. */
  output: string;
  /** The same without colours and cursor movements. */
  text: string;
}

/** Runs the command line in a real terminal (a pseudo-terminal), as a person sits before it. */
export async function runInTerminal(args: string[], options: TerminalOptions = {}): Promise<TerminalResult> {
  const home = options.home ?? (await createCliHome());
  try {
    return await new Promise<TerminalResult>((resolve) => {
      const terminal = spawn(process.execPath, [CLI_ENTRY, ...args], {
        cols: options.columns ?? 80,
        rows: 24,
        name: 'xterm-256color',
        cwd: options.cwd ?? home.cwd,
        env: { ...home.env, ...options.env },
      });
      const steps = [...(options.input ?? [])];
      let output = '';
      let seen = 0;
      terminal.onData((piece) => {
        output += piece;
        for (let step = steps[0]; step?.after.test(withoutAnsi(output.slice(seen))); step = steps[0]) {
          steps.shift();
          seen = output.length;
          terminal.write(step.type);
        }
      });
      terminal.onExit(({ exitCode }) => {
        const text = output.replaceAll('\r\n', '\n');
        resolve({ code: exitCode, output: text, text: withoutAnsi(text) });
      });
    });
  } finally {
    if (options.home === undefined) await removeCliHome(home);
  }
}

export const CTRL_C = '\x03';

/** Text without colours, cursor movements and carriage returns. */
export function withoutAnsi(text: string): string {
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
}
