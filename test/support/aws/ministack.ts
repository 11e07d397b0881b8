import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../imports.ts';

/** Of the account's root, whose signature MiniStack does not check and whom no policy holds. */
export const ROOT_KEYS = { accessKeyId: 'root', secretAccessKey: 'root-secret' };
export const ACCOUNT = '123456789012';

const LEASH = fileURLToPath(new URL('leash.mjs', import.meta.url));

export interface Ministack {
  /** Python of the environment that MiniStack is installed in; it has botocore. */
  python: string;
  close(): Promise<void>;
}

/**
 * MiniStack's program. The lane `emulator` installs it and names it:
 *
 *   MCP_S3_TEST_MINISTACK=/path/to/bin/ministack
 *
 * Where that is not set, the one that the lane left in .cache is taken.
 */
export function ministackProgram(): string {
  const named = process.env.MCP_S3_TEST_MINISTACK;
  if (named) return named;
  const cached = path.join(ROOT, '.cache/lanes/python-ministack==1.5.33/bin/ministack');
  if (existsSync(cached)) return cached;
  throw new Error('MiniStack is not installed: run `node scripts/lanes.mjs emulator` once');
}

/**
 * Starts a MiniStack of its own, empty, on a free port of the loopback interface. It checks signatures and
 * evaluates IAM policies. Its Lambda functions run under this Node and find the AWS SDK in our node_modules.
 * @param port a free one
 * @param functionsAsk where the functions find AWS
 */
export async function startMinistack(options: {
  port: number;
  functionsAsk: string;
  auth: boolean;
}): Promise<Ministack> {
  const { port, functionsAsk, auth } = options;
  const program = ministackProgram();
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-ministack-'));
  const log = path.join(folder, 'log');
  const out = await open(log, 'w');
  const child = spawn(process.execPath, [LEASH, program], {
    cwd: folder,
    // Nothing of the person's own AWS configuration.
    env: {
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      NODE_PATH: path.join(ROOT, 'node_modules'),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      AUTH: String(auth),
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      AWS_ENDPOINT_URL: functionsAsk,
      AWS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
    },
    // Whoever kills the test with all that it started must not kill the leash, which then ends MiniStack.
    detached: true,
    stdio: ['pipe', out.fd, out.fd],
  });
  await out.close();
  const close = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answers(`http://127.0.0.1:${port}/_ministack/health`, child);
  } catch (error) {
    const said = (await readFile(log, 'utf8')).split('\n').slice(-5).join('\n');
    await close();
    throw new Error(`MiniStack did not start: ${(error as Error).message}\n${said}`);
  }
  return { python: path.join(path.dirname(program), 'python'), close };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  let ended = '';
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ||= `it ended with ${code ?? signal}`));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(50)) {
    if (ended) throw new Error(ended);
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error('no answer within a minute');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.stdin!.end();
  await exited;
}
