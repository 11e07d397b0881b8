import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { failed, systemReason } from '../../errors.ts';

export const STATE_DIR_REMEDY = 'set MCP_S3_STATE_DIR to a folder that you can write to';

/**
 * Where state lives: `MCP_S3_STATE_DIR`, else the user's state folder (on Linux `$XDG_STATE_HOME/mcp-s3`).
 *
 *     <root>/<stage>/bucket.json      which folder is the stage's local bucket
 *     <root>/<stage>/bucket/          the private bucket of a stage for which none was ever named
 *     <root>/<stage>/<bucket id>/     key, day's count, log, cached summaries, indexes of lines, running dev
 */
export function stateRoot(env: NodeJS.ProcessEnv): string {
  if (env.MCP_S3_STATE_DIR) return resolve(env.MCP_S3_STATE_DIR);
  const paths = envPaths('mcp-s3', { suffix: '' });
  return process.platform === 'linux' ? paths.log : paths.data;
}

export function stageFolder(env: NodeJS.ProcessEnv, stage: string): string {
  return join(stateRoot(env), stage);
}

/** State folder of one bucket: its name for people, a hash so that two folders of one name stay apart. */
export function bucketStateFolder(env: NodeJS.ProcessEnv, stage: string, identity: string): string {
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const name =
    basename(identity)
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(0, 40) || 'root';
  return join(stageFolder(env, stage), `${name}-${hash}`);
}

/** Makes a folder that only its owner can enter. Throws failed (exit 1) with the remedy where that cannot be. */
export async function makePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw failed('state_folder', `cannot make the state folder ${folder}: ${systemReason(error) ?? error}`, [
      STATE_DIR_REMEDY,
    ]);
  }
}
