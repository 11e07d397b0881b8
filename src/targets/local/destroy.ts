import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failed, usageError } from '../../errors.ts';
import type { DestroyPlan } from '../target.ts';
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
  const goes = names.filter((name) => name !== 'bucket' || !hasFiles).map((name) => join(folder, name));
  return {
    removes: goes.map((path) => `${path}${path.endsWith('.json') ? '' : '/'}`),
    keeps: [
      ...(hasFiles
        ? [`${privateBucket}/: your uploaded files (delete the folder yourself to be rid of them)`]
        : []),
    ],
    async execute(report, signal) {
      for (const path of goes) {
        const dev = await new DevNote(path).running();
        if (dev !== undefined) {
          throw usageError(
            `dev is running for this bucket (pid ${dev.pid})`,
            ['stop it with Ctrl-C, then destroy'],
            'dev_running',
          );
        }
      }
      for (const path of goes) {
        signal.throwIfAborted();
        await rm(path, { recursive: true, force: true });
        report(`removed ${path}`);
      }
      if (!hasFiles && (await exists(folder))) await rm(folder, { recursive: true });
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
