import type { RegionalConnection } from '../../aws/connection.ts';
import { whoAmI } from '../../aws/identity.ts';
import { failed } from '../../errors.ts';
import { KEY_NAME_TAG } from '../../targets/aws/key-slots.ts';
import type { DestroyPlan } from '../../targets/target.ts';
import { type Belongings, findBelongings, isNothing, type StackParts } from './belongings.ts';
import { readTemplate } from './deployed-template.ts';
import type { BucketCount } from './empty-bucket.ts';
import type { LocalImages } from './local-images.ts';
import { findStays } from './stays.ts';
import { amount, takeAway } from './take-away.ts';

export interface DestroyOptions {
  /** The bucket with the files stays, outside of any stack. */
  keepBucket: boolean;
  localImages?: LocalImages | undefined;
}

/**
 * Looks for everything of a stage on AWS, and says what would go and what would stay. Reads only.
 * @throws failed (exit 1) where a stack of its name is somebody else's, is protected, or would take a bucket along
 * that is to be kept
 */
export async function planAwsDestroy(
  connection: RegionalConnection,
  stage: string,
  { keepBucket, localImages }: DestroyOptions,
  signal: AbortSignal,
): Promise<DestroyPlan> {
  const { account } = await whoAmI(connection, signal);
  const belongings = await findBelongings(connection, stage, signal);
  for (const parts of [belongings.app, belongings.bootstrap]) refuseProtected(parts, connection.region);
  if (keepBucket) await refuseLoss(connection, belongings.app, signal);
  const stays = await findStays(connection, belongings, keepBucket, signal);
  const images = localImages?.names ?? [];
  return {
    place: `AWS account ${account}, region ${connection.region}`,
    removes: [
      ...(isNothing(belongings) ? [] : goes(belongings, keepBucket)),
      ...(images.length > 0 ? [`images on this machine: ${images.join(', ')}`] : []),
    ],
    keeps: stays.map(({ text }) => text),
    bill: billOf(stays),
    execute: (watch, abort) =>
      takeAway({ connection, belongings, keepBucket, localImages, watch, signal: abort }),
  };
}

function goes(belongings: Belongings, keepBucket: boolean): string[] {
  const { app, bootstrap, keys, logGroups, revisions } = belongings;
  const old = revisions.inactive.length;
  return [
    ...keys.map(({ tags, name }) => `API key of ${tags[KEY_NAME_TAG] || name}`),
    ...(keepBucket
      ? []
      : (app?.buckets ?? []).map(({ name, count }) => `bucket ${name}: ${contentOf(count)}`)),
    ...(app ? [stackText(app)] : []),
    ...logGroups.map((name) => `log group ${name}`),
    ...(old > 0 ? [amount(old, 'old task definition')] : []),
    ...(bootstrap?.images ?? []).map(
      ({ repository, digests }) => `${amount(digests.length, 'image')} in the repository ${repository}`,
    ),
    ...(bootstrap?.buckets ?? []).map(({ name, count }) => `bucket ${name}: ${contentOf(count)}`),
    ...(bootstrap ? [stackText(bootstrap)] : []),
  ];
}

function stackText({ stack, resources }: StackParts): string {
  const left = resources.filter(({ status }) => status !== 'DELETE_COMPLETE').length;
  return `stack ${stack.name}: ${amount(left, 'resource')}`;
}

function contentOf({ versions, uploads, more }: BucketCount): string {
  if (versions + uploads === 0) return 'empty';
  const files = `${more ? 'more than ' : ''}${amount(versions, 'version')} of files`;
  return uploads === 0 ? files : `${files}, ${amount(uploads, 'unfinished upload')}`;
}

/** Found before anything is deleted: half a destroyed stage is worse than a whole one. */
function refuseProtected(parts: StackParts | undefined, region: string): void {
  if (parts?.stack.protected !== true) return;
  const { name } = parts.stack;
  throw failed('protected', `the stack ${name} is protected against deletion: nothing was touched`, [
    `take the protection off: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name} --region ${region}`,
  ]);
}

/** The bucket survives because its stack was made to leave it; a changed template may not. */
async function refuseLoss(
  connection: RegionalConnection,
  app: StackParts | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (app === undefined || app.buckets.length === 0) return;
  const { Resources } = await readTemplate(connection, app.stack.name, signal);
  const buckets = Object.values(Resources).filter(({ Type }) => Type === 'AWS::S3::Bucket');
  if (buckets.every(({ DeletionPolicy }) => String(DeletionPolicy).startsWith('Retain'))) return;
  throw failed(
    'bucket_would_go',
    `the stack ${app.stack.name} would take its bucket along: its template has no DeletionPolicy of Retain`,
    [
      'bring it up to date first: mcp-s3 deploy',
      'or copy the files elsewhere, and destroy without --keep-bucket',
    ],
  );
}

function billOf(stays: { costs: boolean }[]): string | undefined {
  if (stays.length === 0) return undefined;
  return stays.some(({ costs }) => costs)
    ? 'Of what stays only buckets cost something: the storage of what is in them.'
    : 'Nothing of what stays costs anything.';
}
