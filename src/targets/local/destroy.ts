import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliError, failed, usageError } from '../../errors.ts';
import type { DestroyPlan } from '../target.ts';
import { bucketFileOf } from './local-bucket.ts';
import { DevNote } from './running-dev.ts';
import { stageFolder } from './state-folder.ts';

/**
 * Takes away what mcp-s3 made for a stage on this machine: keys, counts, logs, cached summaries. Files of the
 * person's stay, also those that were uploaded to the stage's private bucket.
 */
export async function planLocalDestroy(env: NodeJS.ProcessEnv, stage: string): Promise<DestroyPlan> {
  const folder = stageFolder(env, stage);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw failed('state', `cannot read ${folder}: ${error.message}`);
  });
  const privateBucket = join(folder, 'bucket');
  const hasFiles = (await readdir(privateBucket).catch(() => [])).length > 0;
  // An empty private bucket is nothing: opening a stage makes it.
  const goes = names.filter((name) => name !== 'bucket').map((name) => join(folder, name));
  await refuseWhileDevRuns(goes);
  return {
    removes: goes.map((path) => `${path}${path.endsWith('.json') ? '' : '/'}`),
    keeps: [
      ...(await namedBucket(env, stage)),
      ...(hasFiles
        ? [`${privateBucket}/: your uploaded files (delete the folder yourself to be rid of them)`]
        : []),
    ],
    async execute({ report }, signal) {
      await refuseWhileDevRuns(goes);
      for (const path of goes) {
        signal.throwIfAborted();
        await rm(path, { recursive: true, force: true });
        report(`removed ${path}`);
      }
      // Only where they are empty: files may have been uploaded since the plan was made.
      for (const path of [privateBucket, folder]) await rmdir(path).catch(() => {});
    },
  };
}

/** The bucket that a person named for the stage, as one that stays. */
async function namedBucket(env: NodeJS.ProcessEnv, stage: string): Promise<string[]> {
  const named = await bucketFileOf(env, stage)
    .read()
    .catch(() => undefined);
  if (named === undefined) return [];
  const { storage } = named;
  return [
    storage.kind === 'folder' ? `${storage.folder}: your folder` : `s3://${storage.bucket}: your bucket`,
  ];
}

/** For `--keep-bucket`, which would promise nothing here. */
export function keepsAnyway(): CliError {
  return usageError('--keep-bucket is for AWS: on this machine your files always stay', ['leave it out']);
}

async function refuseWhileDevRuns(stateFolders: string[]): Promise<void> {
  for (const path of stateFolders) {
    const dev = await new DevNote(path).running();
    if (dev === undefined) continue;
    throw usageError(
      `dev is running for this stage (pid ${dev.pid})`,
      ['stop it with Ctrl-C, then destroy'],
      'dev_running',
    );
  }
}
