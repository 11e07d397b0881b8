import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import * as z from 'zod/mini';
import type { StorageConfig } from '../../../server/app.ts';
import { systemReason, usageError } from '../../errors.ts';
import { StateFile } from './state-file.ts';
import { bucketStateFolder, makePrivateFolder, stageFolder } from './state-folder.ts';

/** Storage behind the local target: a folder, or an S3 bucket that `dev --bucket` named. */
export type LocalStorage =
  | { kind: 'folder'; folder: string; hidden?: boolean | undefined }
  | {
      kind: 's3';
      bucket: string;
      region?: string | undefined;
      /** AWS profile whose credentials read it. */
      profile?: string | undefined;
      endpoint?: string | undefined;
    };

export interface LocalBucket {
  storage: LocalStorage;
  /** Folder of the bucket's state. */
  state: string;
  /** Made by us for the stage, not named by a person. */
  private: boolean;
  /** For people, with the home folder as `~`. */
  label: string;
  /** Names the proxy on the way to a bucket on S3. */
  env: NodeJS.ProcessEnv;
}

const bucketFile = z.strictObject({
  storage: z.union([
    z.strictObject({ kind: z.literal('folder'), folder: z.string() }),
    z.strictObject({
      kind: z.literal('s3'),
      bucket: z.string(),
      region: z.optional(z.string()),
      profile: z.optional(z.string()),
      endpoint: z.optional(z.string()),
    }),
  ]),
});

/** The file that remembers which bucket a stage has. */
export function bucketFileOf(env: NodeJS.ProcessEnv, stage: string): StateFile<z.infer<typeof bucketFile>> {
  return new StateFile(join(stageFolder(env, stage), 'bucket.json'), bucketFile);
}

/**
 * The stage's local bucket: the one named now (and remembered from now on), the one remembered, or a private
 * folder of the stage. Throws a usage error (exit 2) for a folder that is none.
 */
export async function resolveLocalBucket(
  env: NodeJS.ProcessEnv,
  stage: string,
  named: LocalStorage | undefined,
): Promise<LocalBucket> {
  const file = bucketFileOf(env, stage);
  if (named !== undefined) {
    const storage: LocalStorage =
      named.kind === 'folder' ? { ...named, folder: await checkedFolder(named.folder) } : named;
    const remembered = storage.kind === 'folder' ? { kind: storage.kind, folder: storage.folder } : storage;
    await file.update((current) =>
      JSON.stringify(current?.storage) === JSON.stringify(remembered) ? undefined : { storage: remembered },
    );
    return bucketOf(env, stage, storage, false);
  }
  const remembered = await file.read();
  if (remembered !== undefined) {
    const { storage } = remembered;
    if (storage.kind === 'folder') await checkedFolder(storage.folder, stage);
    return bucketOf(env, stage, storage, false);
  }
  const folder = join(stageFolder(env, stage), 'bucket');
  await makePrivateFolder(folder);
  return bucketOf(env, stage, { kind: 'folder', folder }, true);
}

/** The bucket that {@link resolveLocalBucket} would find, as it is: nothing is checked, remembered or made. */
export async function knownLocalBucket(
  env: NodeJS.ProcessEnv,
  stage: string,
  folder: string | undefined,
): Promise<LocalBucket> {
  if (folder !== undefined) {
    const path = await realpath(folder).catch(() => folder);
    return bucketOf(env, stage, { kind: 'folder', folder: path }, false);
  }
  const remembered = await bucketFileOf(env, stage).read();
  if (remembered !== undefined) return bucketOf(env, stage, remembered.storage, false);
  return bucketOf(env, stage, { kind: 'folder', folder: join(stageFolder(env, stage), 'bucket') }, true);
}

function bucketOf(
  env: NodeJS.ProcessEnv,
  stage: string,
  storage: LocalStorage,
  isPrivate: boolean,
): LocalBucket {
  const identity =
    storage.kind === 'folder'
      ? storage.folder
      : `s3://${storage.bucket}@${storage.endpoint ?? storage.region ?? ''}`;
  return {
    storage,
    state: bucketStateFolder(env, stage, identity),
    private: isPrivate,
    label: storage.kind === 'folder' ? tilde(storage.folder) : `s3://${storage.bucket}`,
    env,
  };
}

/** The real path, so that two ways to one folder share their state. */
async function checkedFolder(folder: string, rememberedBy?: string): Promise<string> {
  const remedy =
    rememberedBy === undefined
      ? []
      : [`it is the local bucket of stage ${rememberedBy}: name another with --folder PATH`];
  try {
    const path = await realpath(folder);
    if ((await stat(path)).isDirectory()) return path;
  } catch (error) {
    throw usageError(`cannot use the folder ${folder}: ${systemReason(error) ?? error}`, remedy, 'folder');
  }
  throw usageError(
    `${folder} is a file, not a folder`,
    [`serve the folder that holds it, or upload the file`],
    'folder',
  );
}

function tilde(path: string): string {
  const home = homedir();
  return path === home || path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/** What the server opens for a bucket. A server of one's own is addressed path-style, AWS is not. */
export function storageOf({ storage, env }: LocalBucket, hidden = false): StorageConfig {
  if (storage.kind === 'folder') return { kind: 'folder', folder: storage.folder, hidden };
  const { bucket, region, profile, endpoint } = storage;
  return {
    kind: 's3',
    bucket,
    env,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  };
}

export function logFolder(bucket: LocalBucket): string {
  return join(bucket.state, 'log');
}
