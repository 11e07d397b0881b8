import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = 'dist/server/main.js';

export interface BuiltServer {
  url: string;
  pid: number;
  /** Resolves when the process has ended, with its exit code or the signal that ended it. */
  ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

/** What the image's environment says to the C library's allocator. */
export async function allocatorSettings(): Promise<Record<string, string>> {
  const dockerfile = await readFile(`${ROOT}/Dockerfile`, 'utf8');
  return Object.fromEntries(
    [...dockerfile.matchAll(/\b(MALLOC_\w+)=(\d+)/g)].map(([, name, value]) => [name, value]),
  );
}

/**
 * Starts the server as it was built, with the image's environment, on a free port of the loopback interface.
 * @param onLine gets every line of its log
 */
export async function startBuiltServer(
  settings: Record<string, string>,
  onLine?: (line: string) => void,
): Promise<BuiltServer> {
  if (!existsSync(`${ROOT}/${MAIN}`)) throw new Error(`${MAIN} is not there: run "npm run build" first`);
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      MCP_S3_HOST: '127.0.0.1',
      MCP_S3_PORT: '0',
      ...(await allocatorSettings()),
      ...settings,
    },
    stdio: ['ignore', onLine ? 'pipe' : 'ignore', 'pipe'],
  });
  if (onLine) createInterface({ input: child.stdout! }).on('line', onLine);
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      const address = /listens on (\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then((how) => reject(new Error(`the server ended with ${how}: ${said}`)));
  });
  return { url, pid: child.pid!, ended, kill: (signal) => void child.kill(signal) };
}

/** Memory of a process that is in RAM, MB of 2^20 bytes. Linux. */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}

/** Open descriptors of a process: sockets, and all else (files, pipes, what threads wait on). Linux. */
export async function openDescriptors(pid: number): Promise<{ sockets: number; others: number }> {
  const folder = `/proc/${pid}/fd`;
  const targets = await Promise.all(
    // Closed between the listing and the look.
    (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => undefined)),
  );
  const sockets = targets.filter((target) => target?.startsWith('socket:')).length;
  return { sockets, others: targets.filter((target) => target !== undefined).length - sockets };
}
