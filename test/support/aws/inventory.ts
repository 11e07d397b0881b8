import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../imports.ts';
import type { Emulator } from './emulator.ts';
import { ministackProgram } from './ministack.ts';

const exec = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('inventory.py', import.meta.url));

/** Items, each as text, by the call that lists them: `sqs:ListQueues`. */
export type Inventory = Record<string, string[]>;

/**
 * What stands in lists although nothing of ours is left. Each line is a history that AWS keeps by itself, without
 * cost, and that nobody can delete. The last two are of the tags of what is deleted: ECS remembers services as INACTIVE
 * and task definitions as DELETE_IN_PROGRESS for a while, MiniStack for ever.
 */
const HISTORY: Record<string, RegExp> = {
  'cloudformation:ListStacks': /"DELETE_COMPLETE"/,
  'cloudwatch:ListMetrics': /./,
  'cloudwatch:DescribeAlarmHistory': /./,
  'resourcegroupstaggingapi:GetResources': /arn:aws:ecs:[^"]+:(service|task-definition)\//,
  'resourcegroupstaggingapi:GetTagKeys': /./,
};

/**
 * Everything in the account, by every list call that the emulator answers. Which these are is tried out once for an
 * emulator (ten seconds: all that botocore knows) and kept in .cache; the calls themselves take two.
 */
export async function takeInventory(emulator: Emulator, earlier?: Inventory): Promise<Inventory> {
  const cache = await callsFile();
  const known = earlier === undefined ? await readCalls(cache) : Object.keys(earlier);
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-inventory-'));
  try {
    const calls = path.join(folder, 'calls.json');
    if (known !== undefined) await writeFile(calls, JSON.stringify(known));
    const args = [SCRIPT, emulator.direct, emulator.region, ...(known === undefined ? [] : [calls])];
    const env = { PATH: process.env.PATH, HOME: folder, AWS_CONFIG_FILE: '/dev/null' };
    const { stdout } = await exec(emulator.python, args, { env, maxBuffer: 2 ** 28 });
    const inventory = JSON.parse(stdout) as Inventory;
    if (known === undefined) await keepCalls(cache, Object.keys(inventory));
    return inventory;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Another program, or another version of it, answers other calls. */
async function callsFile(): Promise<string> {
  const program = ministackProgram();
  const { mtimeMs } = await stat(program);
  const script = await readFile(SCRIPT);
  const name = createHash('sha256').update(`${program} ${mtimeMs}`).update(script).digest('hex').slice(0, 16);
  return path.join(ROOT, '.cache', `inventory-${name}.json`);
}

async function readCalls(file: string): Promise<string[] | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as string[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function keepCalls(file: string, calls: string[]): Promise<void> {
  const whole = `${file}.${process.pid}`;
  await writeFile(whole, JSON.stringify(calls));
  await rename(whole, file);
}

/** One line for each item that came or went between two inventories; none when they are alike. */
export function differences(before: Inventory, after: Inventory): string[] {
  return Object.keys({ ...before, ...after }).flatMap((call) => {
    const history = HISTORY[call];
    const has = (items: string[] = []) => new Set(items.filter((item) => !history?.test(item)));
    const [old, now] = [has(before[call]), has(after[call])];
    const came = [...now].filter((item) => !old.has(item)).map((item) => `+ ${call} ${item}`);
    const went = [...old].filter((item) => !now.has(item)).map((item) => `- ${call} ${item}`);
    return [...came, ...went];
  });
}
