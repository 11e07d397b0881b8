import { execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { debian } from './debian.mjs';
import { startGroup } from './server.mjs';

const exec = promisify(execFile);

/**
 * Starts a Docker engine of this lane's own, from Debian's packages without installing them: with its own data and
 * socket, and without touching the machine's network. Where that is not possible, `missing` says why.
 */
export async function startDocker(folder) {
  const files = await debian('docker.io', 'containerd', 'runc').catch(() => undefined);
  if (files === undefined) return { missing: "Debian's docker.io is not to be had" };
  const [programs, daemons] = [path.join(files, 'usr/bin'), path.join(files, 'usr/sbin')];
  // Names of sockets must be short.
  const short = await mkdtemp(path.join(tmpdir(), 'docker-'));
  const data = path.join(folder, 'docker');
  await mkdir(data);
  const socket = path.join(short, 'socket');
  const args = [
    `--host=unix://${socket}`,
    `--data-root=${path.join(data, 'data')}`,
    `--exec-root=${path.join(short, 'exec')}`,
    `--pidfile=${path.join(short, 'pid')}`,
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
  ];
  const log = openSync(path.join(data, 'log'), 'w');
  const daemon = startGroup(path.join(daemons, 'dockerd'), args, {
    env: { ...process.env, PATH: [programs, daemons, process.env.PATH].join(path.delimiter) },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const end = async () => {
    await daemon.end();
    await rm(short, { recursive: true, force: true });
  };
  const program = path.join(programs, 'docker');
  let ended = false;
  daemon.once('error', () => (ended = true)).once('exit', () => (ended = true));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && !ended; await delay(200)) {
    const ask = ['--host', `unix://${socket}`, 'version'];
    if (await exec(program, ask, { timeout: 5000 }).catch(() => undefined)) return { socket, program, end };
  }
  await end();
  return { missing: `a Docker engine does not start here: ${path.join(data, 'log')} tells why` };
}
