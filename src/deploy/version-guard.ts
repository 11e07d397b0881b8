import { usageError } from '../errors.ts';
import { VERSION_TAG } from '../targets/aws/deployed-stack.ts';

/**
 * An older command line would take away what a newer one made.
 * @throws usage error (exit 2)
 */
export function refuseDowngrade(tags: Record<string, string>, version: string, allowed: boolean): void {
  const deployed = tags[VERSION_TAG];
  if (deployed === undefined || allowed || compareVersions(version, deployed) >= 0) return;
  throw usageError(
    `the stage was deployed by mcp-s3 ${deployed}, and this is the older ${version}`,
    ['install the newer one', 'or go back deliberately: --allow-downgrade'],
    'older_version',
  );
}

/** Semantic Versioning 2.0.0, section 11; build metadata does not count. What is no version is older than all. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (left.numbers[index] ?? -1) - (right.numbers[index] ?? -1);
    if (difference !== 0) return difference;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let index = 0; index < Math.max(left.pre.length, right.pre.length); index++) {
    const difference = comparePre(left.pre[index], right.pre[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parts(version: string): { numbers: number[]; pre: string[] } {
  const [, core = '', pre = ''] = /^v?(\d+\.\d+\.\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(version) ?? [];
  return {
    numbers: core === '' ? [] : core.split('.').map(Number),
    pre: pre === '' ? [] : pre.split('.'),
  };
}

function comparePre(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Number(a) - Number(b);
  if (left !== right) return left ? -1 : 1;
  return a < b ? -1 : 1;
}
