import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A server over stdio, driven with bare JSON lines: a client library would cost more than what is measured. */
export class StdioServer {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting = new Map<number, (answer: string) => void>();
  private ids = 0;

  private constructor(args: string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, args, { env });
    this.child.stderr.resume();
    let rest = '';
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const { id } = JSON.parse(line) as { id: number };
        this.waiting.get(id)?.(line);
        this.waiting.delete(id);
      }
    });
  }

  /** Starts it and shakes hands. `milliseconds` from the start to the first answer. */
  static async start(
    args: string[],
    env: NodeJS.ProcessEnv,
  ): Promise<{ server: StdioServer; milliseconds: number }> {
    const began = performance.now();
    const server = new StdioServer(args, env);
    const clientInfo = { name: 'bench', version: '1' };
    await server.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    const milliseconds = performance.now() - began;
    server.tell({ method: 'notifications/initialized' });
    return { server, milliseconds };
  }

  /** Calls a second, with so many under way at any time. */
  async rate(call: object, concurrency: number, count: number): Promise<number> {
    let left = count;
    const began = performance.now();
    const caller = async () => {
      while (left-- > 0) await this.ask('tools/call', call);
    };
    await Promise.all(Array.from({ length: concurrency }, caller));
    return (count / (performance.now() - began)) * 1000;
  }

  async call(call: object): Promise<string> {
    return this.ask('tools/call', call);
  }

  /** Resident memory in MB; undefined where the system does not tell. */
  residentMb(): number | undefined {
    try {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))!;
      return Number(kilobytes) / 1024;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    await once(this.child, 'exit');
  }

  private ask(method: string, params: object): Promise<string> {
    return new Promise((resolve) => {
      const id = ++this.ids;
      this.waiting.set(id, resolve);
      this.tell({ id, method, params });
    });
  }

  private tell(message: object): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}
