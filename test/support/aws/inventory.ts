import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Emulator } from './emulator.ts';

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
 * Everything in the account, by every list call that the emulator answers. The first one tries all that botocore
 * knows (ten seconds), a later one the calls that answered then (two).
 */
export async function takeInventory(emulator: Emulator, earlier?: Inventory): Promise<Inventory> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-inventory-'));
  try {
    const calls = path.join(folder, 'calls.json');
    if (earlier !== undefined) await writeFile(calls, JSON.stringify(Object.keys(earlier)));
    const args = [SCRIPT, emulator.direct, emulator.region, ...(earlier === undefined ? [] : [calls])];
    const env = { PATH: process.env.PATH, HOME: folder, AWS_CONFIG_FILE: '/dev/null' };
    const { stdout } = await exec(emulator.python, args, { env, maxBuffer: 2 ** 28 });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
