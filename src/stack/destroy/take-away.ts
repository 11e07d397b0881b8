import { stageNames } from '../../../server/names.ts';
import { deleteApiKey } from '../../aws/api-keys.ts';
import type { StackEvent } from '../../aws/cloudformation-events.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { disableRule } from '../../aws/event-rules.ts';
import { deleteLogGroup } from '../../aws/log-groups.ts';
import { deleteBucket } from '../../aws/s3-versions.ts';
import { deleteRevisions, listRevisions } from '../../aws/task-definitions.ts';
import { CliError, failed } from '../../errors.ts';
import type { DestroyWatch } from '../../targets/target.ts';
import { typeInWords } from '../planned-change.ts';
import { StackProgress } from '../progress.ts';
import { titlesOf } from '../template-facts.ts';
import {
  type Belongings,
  findLogGroups,
  physicalIds,
  type StackParts,
  stageLogGroups,
} from './belongings.ts';
import { readTemplate } from './deployed-template.ts';
import { emptyBucket } from './empty-bucket.ts';
import type { LocalImages } from './local-images.ts';
import { removeImages } from './remove-images.ts';
import { removeStack } from './remove-stack.ts';

export interface TakeAway {
  connection: RegionalConnection;
  belongings: Belongings;
  keepBucket: boolean;
  localImages: LocalImages | undefined;
  watch: DestroyWatch;
  signal: AbortSignal;
}

/**
 * Takes away everything of a stage, in an order in which whatever is left at any moment is found by the next run:
 * the stacks name the buckets and the repository, so they go last.
 */
export async function takeAway(work: TakeAway): Promise<void> {
  const { belongings, watch } = work;
  const { app, bootstrap } = belongings;
  await takeKeys(work);
  if (app !== undefined) {
    await stopUploads(work, app);
    if (!work.keepBucket) await takeBuckets(work, app);
    await takeStack(work, app);
  }
  if (bootstrap !== undefined) {
    for (const { repository, digests } of bootstrap.images) {
      watch.report(`Deleting ${amount(digests.length, 'image')} of ${repository}`);
      await removeImages(work.connection, repository, work.signal);
    }
    await emptyBuckets(work, bootstrap);
    await takeStack(work, bootstrap);
  }
  // Last: tasks and functions that were still at work have written their last lines by now.
  await takeLeftovers(work);
  await takeLocalImages(work);
}

async function takeKeys({ connection, belongings, watch, signal }: TakeAway): Promise<void> {
  const { keys } = belongings;
  if (keys.length === 0) return;
  watch.report(`Deleting ${amount(keys.length, 'API key')} that people were given`);
  for (const { id } of keys) await deleteApiKey(connection, id, signal);
}

/** New files are summarized no more, or the bucket would fill while it is emptied. */
async function stopUploads(
  { connection, watch, signal }: TakeAway,
  { resources }: StackParts,
): Promise<void> {
  const rules = resources.filter(({ logicalId }) => logicalId === 'UploadRule');
  const [rule] = physicalIds(rules, 'AWS::Events::Rule');
  if (rule === undefined) return;
  watch.report('Turning off the summaries of new files');
  // Its physical id may be its ARN.
  await disableRule(connection, rule.replace(/^.*rule\//, ''), signal);
}

async function takeBuckets(work: TakeAway, parts: StackParts): Promise<void> {
  await emptyBuckets(work, parts);
  for (const { name } of parts.buckets) await takeBucket(work, name);
}

async function emptyBuckets({ connection, watch, signal }: TakeAway, { buckets }: StackParts): Promise<void> {
  for (const { name, count } of buckets) {
    watch.report(`Emptying the bucket ${name}`);
    const total = count.versions + count.uploads;
    const onProgress = (done: number) => {
      const of = count.more || done > total ? '' : ` of ${grouped(total)}`;
      watch.progress(`${grouped(done)}${of} versions deleted`);
    };
    await emptyBucket(connection, name, { signal, onProgress });
  }
}

/** Times that something may be written between the last look into a bucket and its deletion. */
const WRITES = 10;

async function takeBucket({ connection, watch, signal }: TakeAway, name: string): Promise<void> {
  watch.report(`Deleting the bucket ${name}`);
  for (let tries = 0; tries < WRITES; tries++) {
    if (await deleteBucket(connection, name, signal)) return;
    await emptyBucket(connection, name, { signal });
  }
  throw failed('bucket_not_empty', `${name} does not stay empty: something keeps writing to it`, [
    'stop what writes to it, then run the command again: it goes on where it stopped',
  ]);
}

async function takeStack(work: TakeAway, { stack, resources }: StackParts): Promise<void> {
  const { connection, watch, signal } = work;
  const titles = await readTitles(connection, stack.name, signal);
  const total = resources.filter(({ status }) => status !== 'DELETE_COMPLETE').length;
  watch.report(`Deleting the stack ${stack.name} (${amount(total, 'resource')})`);
  const progress = new StackProgress();
  const onEvent = (event: StackEvent) => {
    const step = progress.take(event);
    if (step?.state !== 'done') return;
    const title = titles.get(step.logicalId) ?? typeInWords(step.type);
    watch.progress(`${progress.finished.size} of ${total} gone: ${title} (${step.logicalId})`);
  };
  const [vpc] = physicalIds(resources, 'AWS::EC2::VPC');
  await removeStack(connection, stack, {
    signal,
    onEvent,
    onNote: watch.report,
    unblock: async (blockage, tries) => {
      // EC2's client is large, and rarely needed.
      const { unblock } = await import('./unblock.ts');
      return await unblock(connection, vpc, blockage, tries, signal);
    },
  });
}

/** What outlives the stack: log groups that late lines brought back, and the inactive revisions of the tasks. */
async function takeLeftovers({ connection, belongings, watch, signal }: TakeAway): Promise<void> {
  const { stage } = belongings;
  const groups = await findLogGroups(connection, stageLogGroups(stage), signal);
  if (groups.length > 0)
    watch.report(`Deleting the log ${groups.length === 1 ? 'group' : 'groups'} ${groups.join(', ')}`);
  for (const group of groups) await deleteLogGroup(connection, group, signal);
  const revisions = await listRevisions(connection, stageNames(stage).taskFamily, signal);
  const count = revisions.active.length + revisions.inactive.length;
  if (count === 0) return;
  watch.report(`Deleting ${amount(count, 'old task definition')}`);
  await deleteRevisions(connection, revisions, signal);
}

/** The account is what matters: a container tool that refuses is told, and ends nothing. */
async function takeLocalImages({ localImages, watch, signal }: TakeAway): Promise<void> {
  const images = localImages?.names ?? [];
  if (images.length === 0) return;
  watch.report(`Deleting ${amount(images.length, 'image')} of this machine`);
  try {
    await localImages!.remove(signal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    signal.throwIfAborted();
    watch.report(`The images of this machine stay: ${error.message}`);
  }
}

/** What the resources are, in words; without it the deletion goes its way too. */
async function readTitles(connection: RegionalConnection, name: string, signal: AbortSignal) {
  try {
    return titlesOf(await readTemplate(connection, name, signal));
  } catch {
    signal.throwIfAborted();
    return new Map<string, string>();
  }
}

export function amount(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? '' : 's'}`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
