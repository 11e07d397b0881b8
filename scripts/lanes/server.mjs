import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CACHE } from './tools.mjs';

const running = new Set();

/** Ends a child and everything that it started. */
function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

process.on('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

/** Starts a program in a process group of its own, which ends at the latest when this process does. */
export function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.end = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = new Promise((resolve) => child.once('close', resolve));
      killGroup(child, 'SIGTERM');
      await Promise.race([closed, delay(5000, undefined, { ref: false })]);
    }
    killGroup(child, 'SIGKILL');
  };
  return child;
}

/** A TCP port of the loopback interface that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a server and waits until `url` answers 200, or as `isUp` wants it. Its output goes to .cache/lanes/NAME.log.
 * @throws when it ends, or does not answer within a minute; the message has the end of its log
 */
export async function startServer(name, command, args, { env, url, cwd, isUp = ({ ok }) => ok }) {
  mkdirSync(CACHE, { recursive: true });
  const file = path.join(CACHE, `${name}.log`);
  const log = openSync(file, 'w');
  const child = startGroup(command, args, {
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended = '';
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ||= `it ended with ${code ?? signal}`));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && !ended; await delay(100)) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (answer && isUp(answer)) return child;
  }
  await child.end();
  const tail = readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new Error(`${name} did not start: ${ended || 'no answer within a minute'}\n${tail}`);
}
