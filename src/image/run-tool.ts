import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

export interface ToolRun {
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** Handed in on standard input: what no list of processes may show. */
  input?: string;
  /** Each line that it prints. */
  onLine?: (line: string) => void;
  signal: AbortSignal;
  /** Milliseconds after which it is ended; without it, it may take as long as it needs. */
  limit?: number;
}

export interface ToolResult {
  /** 0 where it went well; -1 where it could not be started or was ended by a signal. */
  code: number;
  /** It took longer than `limit`. */
  late: boolean;
  stdout: string;
  /** The last lines of all it printed. */
  tail: string[];
}

const TAIL = 30;
/** Milliseconds that a program has to end in when it is told to. */
const GRACE = 5000;

/** Runs a program to its end. Rejects only with the signal's reason, after the program is gone. */
export function runTool(program: string, args: string[], run: ToolRun): Promise<ToolResult> {
  const { cwd, env, input, onLine, signal, limit } = run;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const tail: string[] = [];
    let stdout = '';
    let late = false;
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    let killing: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill('SIGTERM');
      killing ??= setTimeout(() => child.kill('SIGKILL'), GRACE);
    };
    const timer =
      limit === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            stop();
          }, limit);
    signal.addEventListener('abort', stop, { once: true });
    const end = (code: number) => {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
      clearTimeout(killing);
      if (signal.aborted) reject(signal.reason);
      else resolve({ code, late, stdout, tail });
    };
    const line = (text: string) => {
      tail.push(text);
      if (tail.length > TAIL) tail.shift();
      onLine?.(text);
    };
    const ends = [child.stdout, child.stderr].map((stream) => {
      const lines = new Lines(line);
      const decoder = new StringDecoder('utf8');
      stream.on('data', (bytes: Buffer) => {
        const text = decoder.write(bytes);
        if (stream === child.stdout) stdout += text;
        lines.add(text);
      });
      return () => lines.end();
    });
    child.on('error', (error) => {
      tail.push(error.message);
      end(-1);
    });
    child.on('close', (code) => {
      for (const finish of ends) finish();
      end(code ?? -1);
    });
    // One that ended before it read its input has said why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** Cuts what a program prints into lines that hold something; one that is written over with \r counts each time. */
class Lines {
  private readonly take: (line: string) => void;
  private rest = '';

  constructor(take: (line: string) => void) {
    this.take = take;
  }

  add(text: string): void {
    const lines = (this.rest + text).split(/[\r\n]+/);
    this.rest = lines.pop()!;
    for (const line of lines) this.give(line);
  }

  end(): void {
    this.give(this.rest);
    this.rest = '';
  }

  private give(line: string): void {
    const plain = stripVTControlCharacters(line).trimEnd();
    if (plain !== '') this.take(plain);
  }
}
