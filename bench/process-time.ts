import { spawnSync } from 'node:child_process';

/** Milliseconds that a process takes from its start to its end. @throws Error where it does not end with 0 */
export function processTime(node: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const began = process.hrtime.bigint();
  const { status, stderr } = spawnSync(node, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const took = Number(process.hrtime.bigint() - began) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
