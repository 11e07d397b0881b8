import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Configuration of an image, as far as starting it needs it. */
export interface ImageConfig {
  Env: string[];
  Entrypoint: string[];
  Cmd: string[];
  WorkingDir: string;
  User: string;
  Healthcheck?: { Test: string[] };
}

/**
 * A root file system started as a task is: by the image's own entrypoint, as its user and as the first process, with a
 * root that nobody can write to and an empty /tmp. Needs root; the network is the machine's.
 */
export class RunningImage {
  /** Of the server, as the machine counts processes. */
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly said: string[];
  private readonly command: (args: string[]) => string[];
  private readonly env: NodeJS.ProcessEnv;

  private constructor(parts: {
    pid: number;
    child: ChildProcess;
    said: string[];
    command: (args: string[]) => string[];
    env: NodeJS.ProcessEnv;
  }) {
    this.pid = parts.pid;
    this.child = parts.child;
    this.said = parts.said;
    this.command = parts.command;
    this.env = parts.env;
  }

  static async start(root: string, config: ImageConfig, settings: NodeJS.ProcessEnv): Promise<RunningImage> {
    const env = {
      ...Object.fromEntries(config.Env.map((entry) => entry.split(/=(.*)/s).slice(0, 2))),
      ...settings,
    };
    // No shell and no other program is taken from the image: it has none.
    const [uid, gid] = config.User.split(':');
    const inside = [`--root=${root}`, `--wd=${config.WorkingDir}`, `--setgid=${gid}`, `--setuid=${uid}`];
    const command = (args: string[]) => ['unshare', ...inside, '--', ...args];
    const mounts = `set -e
      mount --bind "$1" "$1"
      mount --rbind /dev "$1/dev"; mount -t proc proc "$1/proc"
      mount -o remount,ro,bind "$1"
      shift; exec "$@"`;
    const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child=SIGKILL'];
    const program = command([...config.Entrypoint, ...config.Cmd]);
    const child = spawn('unshare', [...apart, 'sh', '-c', mounts, 'sh', root, ...program], {
      env: { ...env, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(String(text)));
    const pid = await childOf(child, said);
    return new RunningImage({ pid, child, said, command, env });
  }

  get output(): string {
    return this.said.join('');
  }

  /** Waits until `url` answers 200. */
  async answers(url: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if ((await fetch(url).catch(() => undefined))?.ok) return;
      if (this.child.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(`the image does not answer: ${this.output}`);
  }

  /** Runs a program in the same root file system, as the same user. Returns its exit code. */
  async run(args: string[]): Promise<number> {
    const [program, ...rest] = this.command(args);
    const env = { ...this.env, PATH: process.env.PATH };
    return await exec(program!, rest, { env }).then(
      () => 0,
      ({ code }) => code as number,
    );
  }

  /** The server's `/proc/<pid>/<name>`. */
  async proc(name: string): Promise<string> {
    return await readFile(path.join('/proc', String(this.pid), name), 'utf8');
  }

  /** Sends SIGTERM. Returns the exit code, and undefined when the time is over. */
  async stop(seconds: number): Promise<number | undefined> {
    const exited = once(this.child, 'exit');
    process.kill(this.pid, 'SIGTERM');
    const [code] = await Promise.race([exited, sleep(seconds * 1000, [undefined], { ref: false })]);
    return code as number | undefined;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** The one child of `unshare`. */
async function childOf(child: ChildProcess, said: string[]): Promise<number> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '');
    if (children.trim() !== '') return Number(children.trim());
    await sleep(50);
  }
  throw new Error(`the image did not start: ${said.join('')}`);
}
