/** versitygw, a real S3 server, in front of a folder: its folders are buckets, and their files are objects. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';

export const VERSITYGW_VERSION = 'v1.8.0';

export interface Versitygw {
  url: string;
  stop(): Promise<void>;
}

/** @param options.owner access key of the root account, by which it also calls the owner of a bucket */
export async function startVersitygw(
  program: string,
  folder: string,
  { owner, secret, region }: { owner: string; secret: string; region: string },
): Promise<Versitygw> {
  const port = await freePort();
  // S3 keeps connections open, too.
  const options = ['--region', region, '--health', '/health', '--keep-alive', '--quiet'];
  const args = ['--port', `127.0.0.1:${port}`, ...options, 'posix', folder];
  const env = { PATH: process.env.PATH, ROOT_ACCESS_KEY: owner, ROOT_SECRET_KEY: secret };
  const child = spawn(program, args, { env, stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const healthy = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return { url, stop };
    await sleep(50);
  }
  await stop();
  throw new Error('versitygw does not answer');
}
