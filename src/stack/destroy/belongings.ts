import { stageNames } from '../../../server/names.ts';
import { type ApiKey, listApiKeys } from '../../aws/api-keys.ts';
import { describeStack, type Stack } from '../../aws/cloudformation.ts';
import { type StackResource, stackResources } from '../../aws/cloudformation-resources.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { listImages } from '../../aws/ecr-images.ts';
import { listLogGroups } from '../../aws/log-groups.ts';
import { bucketStanding } from '../../aws/s3-buckets.ts';
import { listRevisions, type Revisions } from '../../aws/task-definitions.ts';
import { STAGE_TAG } from '../../targets/aws/deployed-stack.ts';
import { KEY_NAME_TAG } from '../../targets/aws/key-slots.ts';
import { refuseForeign } from '../settle-stack.ts';
import { type BucketCount, countBucket } from './empty-bucket.ts';

export interface Bucket {
  name: string;
  count: BucketCount;
}

/** Everything in the account that was made for a stage, as far as it is still there. */
export interface Belongings {
  stage: string;
  app?: StackParts | undefined;
  bootstrap?: StackParts | undefined;
  /** Of `key create`. */
  keys: ApiKey[];
  /** Of the stage's tasks and functions. Most go with the stack; what is written late brings them back. */
  logGroups: string[];
  /** Of the tasks' definitions. They outlive their stack. */
  revisions: Revisions;
}

/** A stack with what it does not give up by itself. */
export interface StackParts {
  stack: Stack;
  resources: StackResource[];
  buckets: Bucket[];
  /** Names of buckets that are gone, and that another account took since. */
  taken: string[];
  /** Images by repository. */
  images: { repository: string; digests: string[] }[];
}

/** Pages of 1,000 versions that are counted before anybody is asked. */
const COUNTED_PAGES = 5;

/**
 * Looks for everything of a stage. Reads only.
 * @throws failed (exit 1) where a stack of its name is somebody else's
 */
export async function findBelongings(
  connection: RegionalConnection,
  stage: string,
  signal: AbortSignal,
): Promise<Belongings> {
  const { stack, bootstrapStack, taskFamily } = stageNames(stage);
  // Both before anything else: nothing is to be touched where one of them is not ours.
  const app = await ownStack(connection, stack, stage, signal);
  const bootstrap = await ownStack(connection, bootstrapStack, stage, signal);
  return {
    stage,
    app: app && (await partsOf(connection, app, signal)),
    bootstrap: bootstrap && (await partsOf(connection, bootstrap, signal)),
    keys: (await listApiKeys(connection, signal)).filter(
      ({ tags }) => tags[STAGE_TAG] === stage && tags[KEY_NAME_TAG] !== undefined,
    ),
    logGroups: await findLogGroups(connection, stageLogGroups(stage), signal),
    revisions: await listRevisions(connection, taskFamily, signal),
  };
}

/** Whether there is nothing at all. */
export function isNothing({ app, bootstrap, keys, logGroups, revisions }: Belongings): boolean {
  const { active, inactive } = revisions;
  const leftovers = keys.length + logGroups.length + active.length + inactive.length;
  return app === undefined && bootstrap === undefined && leftovers === 0;
}

/** Those that are there. Whole names: the stages `dev` and `dev-2` are two. */
export async function findLogGroups(
  connection: RegionalConnection,
  names: string[],
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    if ((await listLogGroups(connection, name, signal)).includes(name)) found.push(name);
  }
  return found;
}

/** Of the tasks, the functions and the API. */
export function stageLogGroups(stage: string): string[] {
  const { stack, logGroup } = stageNames(stage);
  const functions = ['upload', 'keeper'].map((name) => `/aws/lambda/${stack}-${name}`);
  return [logGroup, ...functions, `/aws/apigateway/${stack}-access`];
}

async function ownStack(
  connection: RegionalConnection,
  name: string,
  stage: string,
  signal: AbortSignal,
): Promise<Stack | undefined> {
  const stack = await describeStack(connection, name, signal);
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return undefined;
  await refuseForeign(connection, stack, { stage, signal });
  return stack;
}

async function partsOf(
  connection: RegionalConnection,
  stack: Stack,
  signal: AbortSignal,
): Promise<StackParts> {
  const resources = await stackResources(connection, stack.id, signal);
  const buckets: Bucket[] = [];
  const taken: string[] = [];
  for (const name of physicalIds(resources, 'AWS::S3::Bucket')) {
    const standing = await bucketStanding(connection, name, signal);
    if (standing === 'others') taken.push(name);
    if (standing !== 'own') continue;
    buckets.push({ name, count: await countBucket(connection, name, COUNTED_PAGES, signal) });
  }
  const images: StackParts['images'] = [];
  for (const repository of physicalIds(resources, 'AWS::ECR::Repository')) {
    const digests = await listImages(connection, repository, signal);
    if (digests.length > 0) images.push({ repository, digests });
  }
  return { stack, resources, buckets, taken, images };
}

/** Of the resources of a type that were made. */
export function physicalIds(resources: StackResource[], type: string): string[] {
  return resources
    .filter((resource) => resource.type === type && resource.physicalId !== '')
    .map(({ physicalId }) => physicalId);
}
