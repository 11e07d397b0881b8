/**
 * Runs a program that must not outlive whoever started it, also when that is killed: it ends, with all that it
 * started, when standard input does.
 *
 *   node leash.mjs PROGRAM [ARGUMENTS…]
 */
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

const end = (signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
};
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.once('exit', (code) => {
  // What it started is in its group.
  end('SIGKILL');
  process.exit(code ?? 1);
});
process.stdin.resume().once('close', () => {
  end('SIGTERM');
  setTimeout(() => end('SIGKILL'), 5000).unref();
});
