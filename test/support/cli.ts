import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command line, as a person runs it. `npm test` builds it first. */
export const CLI_ENTRY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** A person's machine for tests: a home, a working folder and a state folder of its own, no AWS account. */
export interface CliHome {
  /** Holds everything below; removed by {@link removeCliHome}. */
  root: string;
  cwd: string;
  stateFolder: string;
  env: NodeJS.ProcessEnv;
}

export interface CliOptions {
  /** Shared by runs that follow one another. Without it the run gets one for itself. */
  home?: CliHome;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  stdin?: string | Uint8Array;
}

export interface CliResult {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Variables that a process cannot do without, and the coverage tool's own. */
const INHERITED = ['PATH', 'Path', 'SystemRoot', 'ComSpec', 'PATHEXT', 'NODE_V8_COVERAGE', 'LANG', 'LC_ALL'];

export async function createCliHome(): Promise<CliHome> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-s3-cli-')));
  const folders = { cwd: join(root, 'work'), stateFolder: join(root, 'state'), home: join(root, 'home') };
  for (const folder of [folders.cwd, folders.home]) await mkdir(folder);
  const env: NodeJS.ProcessEnv = {};
  for (const name of INHERITED) if (process.env[name] !== undefined) env[name] = process.env[name];
  Object.assign(env, {
    HOME: folders.home,
    USERPROFILE: folders.home,
    APPDATA: folders.home,
    LOCALAPPDATA: folders.home,
    TMPDIR: root,
    TEMP: root,
    MCP_S3_STATE_DIR: folders.stateFolder,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return { root, cwd: folders.cwd, stateFolder: folders.stateFolder, env };
}

export async function removeCliHome(home: CliHome): Promise<void> {
  await rm(home.root, { recursive: true, force: true, maxRetries: 3 });
}

/** Runs the command line without a terminal until it ends. */
export async function runCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const home = options.home ?? (await createCliHome());
  try {
    const running = startCli(args, { ...options, home });
    if (options.stdin !== undefined) running.child.stdin.write(options.stdin);
    running.child.stdin.end();
    return await running.ended;
  } finally {
    if (options.home === undefined) await removeCliHome(home);
  }
}

export interface RunningCli {
  child: ChildProcessWithoutNullStreams;
  /** Resolves with the match once the output so far matches; rejects when the process ends before that. */
  waitFor(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends Ctrl-C (or another signal) and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<CliResult>;
  ended: Promise<CliResult>;
}

/** Starts a command that runs until it is stopped (`dev`, `logs --follow`). The caller stops it. */
export function startCli(args: string[], options: CliOptions & { home: CliHome }): RunningCli {
  const child = spawn(process.execPath, [CLI_ENTRY, ...args], {
    cwd: options.cwd ?? options.home.cwd,
    env: { ...options.home.env, ...options.env },
  });
  const text = { stdout: '', stderr: '' };
  const checks = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece;
      for (const check of checks) check();
    });
  }
  // A command that fails early has closed its standard input.
  child.stdin.on('error', () => {});
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
  return {
    child,
    ended,
    waitFor: (stream, pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const match = pattern.exec(text[stream]);
          if (match === null) return;
          checks.delete(check);
          resolve(match);
        };
        checks.add(check);
        check();
        ended.then(
          ({ code }) => reject(new Error(`ended (${code}) without ${pattern}: ${JSON.stringify(text)}`)),
          reject,
        );
      }),
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended;
    },
  };
}
