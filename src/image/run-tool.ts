import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ToolRun {
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** Handed in on standard input: what no list of processes may show. */
  input?: string;
  /** Each line that it prints. */
  onLine?: (line: string) => void;
  signal: AbortSignal;
}

export interface ToolResult {
  /** 0 where it went well; -1 where it could not be started or was ended by a signal. */
  code: number;
  stdout: string;
  /** The last lines of all it printed. */
  tail: string[];
}

const TAIL = 30;

/** Runs a program to its end. Rejects only with the signal's reason, after the program is gone. */
export function runTool(program: string, args: string[], run: ToolRun): Promise<ToolResult> {
  const { cwd, env, input, onLine, signal } = run;
  return new Promise((resolve, reject) => {
    const tail: string[] = [];
    let stdout = '';
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const stop = () => child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    const end = (code: number) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else resolve({ code, stdout, tail });
    };
    const line = (text: string) => {
      tail.push(text);
      if (tail.length > TAIL) tail.shift();
      onLine?.(text);
    };
    createInterface({ input: child.stderr }).on('line', line);
    createInterface({ input: child.stdout }).on('line', (text) => {
      stdout += `${text}\n`;
      line(text);
    });
    child.on('error', (error) => {
      tail.push(error.message);
      end(-1);
    });
    child.on('close', (code) => end(code ?? -1));
    // One that ended before it read its input has said why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
