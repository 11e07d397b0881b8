import { spawn } from 'node:child_process';
import { peakMemory } from './bundled-process.ts';

export interface TimedRun {
  seconds: number;
  /** Peak, in megabytes; 0 where the system does not tell. */
  memory: number;
}

/**
 * Runs a program to its end. Throws, with the last of what it said, where it fails.
 * @param onOutput gets its standard output, which otherwise goes nowhere
 */
export async function timedRun(
  command: string,
  args: string[],
  { env, cwd, onOutput }: { env: NodeJS.ProcessEnv; cwd?: string; onOutput?: (chunk: Buffer) => void },
): Promise<TimedRun> {
  const began = performance.now();
  const child = spawn(command, args, {
    env,
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', onOutput === undefined ? 'ignore' : 'pipe', 'pipe'],
  });
  if (onOutput !== undefined) child.stdout?.on('data', onOutput);
  let said = '';
  child.stderr!.on('data', (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  let memory = 0;
  const look = setInterval(() => {
    memory = Math.max(memory, peakMemory(child.pid!) ?? 0);
  }, 20);
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${said}`);
  return { seconds: (performance.now() - began) / 1000, memory };
}
