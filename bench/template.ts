/**
 * Composing the template of a stage and judging it, as whole processes beside a bare `node -e 0`; the runs are
 * interleaved, and medians compared. The command runs out of a folder that holds what the package holds, so that it
 * finds no module beside itself: AWS's validator, which is no part of the product, is measured in a row of its own.
 *
 *   npx tsx bench/template.ts
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BenchRow, printRows } from './bench-row.ts';
import { median, processTime } from './process-time.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKED = ['bin', 'dist', 'package.json', 'oclif.manifest.json'];
const VALIDATOR = '@aws/cloudformation-validate';
const ROUNDS = 21;
const SLOW_ROUNDS = 3;
const MOST = 10;
const UNIT = 'x node -e 0';

/** What the published package holds, in a folder of its own. @returns the command's entry */
function packed(folder: string, modules: string[] = []): string {
  mkdirSync(folder);
  for (const name of PACKED) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  for (const name of modules) {
    mkdirSync(path.join(folder, 'node_modules', path.dirname(name)), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name));
  }
  return path.join(folder, 'bin', 'run.js');
}

/** Medians of all commands, each run as often as it says, beside a bare Node. */
function measure(commands: { args: string[]; rounds: number }[], env: NodeJS.ProcessEnv, cwd: string) {
  const all = [{ args: ['-e', '0'], rounds: ROUNDS }, ...commands];
  const times = all.map((): number[] => []);
  for (const { args } of all) processTime(process.execPath, args, cwd, env);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { args, rounds }] of all.entries()) {
      if (round < rounds) times[index]!.push(processTime(process.execPath, args, cwd, env));
    }
  }
  const [bare, ...ours] = times.map(median);
  return ours.map((value) => value / bare!);
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-s3-template-'));
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  try {
    const cwd = path.join(folder, 'empty');
    mkdirSync(cwd);
    const plain = {
      PATH: process.env.PATH,
      HOME: folder,
      MCP_S3_STATE_DIR: path.join(folder, 'state'),
      NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
    };
    const env = certificates ? { ...plain, NODE_EXTRA_CA_CERTS: certificates } : plain;
    const entry = packed(path.join(folder, 'package'));
    const check = { args: [entry, 'template', '--check'], rounds: ROUNDS };
    const print = { args: [entry, 'template'], rounds: ROUNDS };
    const asked = packed(path.join(folder, 'with-validator'), [VALIDATOR]);
    const slow = { args: [asked, 'template', '--check'], rounds: SLOW_ROUNDS };
    const [checked, printed, withValidator] = measure([check, print, slow], env, cwd);
    const name = 'compose and judge by the rules of the product (template --check)';
    const rows: BenchRow[] = [
      { name, value: checked!, unit: UNIT, target: `at most ${MOST}`, ok: checked! <= MOST },
      { name: 'compose and print as YAML (template)', value: printed!, unit: UNIT },
      { name: `template --check where ${VALIDATOR} is installed, too`, value: withValidator!, unit: UNIT },
    ];
    if (certificates) {
      // They make every start of Node 20 slower, the bare one too, which flatters the ratios.
      const [without] = measure([check], plain, cwd);
      rows.push({ name: `${name}, without NODE_EXTRA_CA_CERTS`, value: without!, unit: UNIT });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  printRows(await run());
}
