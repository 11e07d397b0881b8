import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives the work a new folder that only this user can read, and removes it afterwards: also when the work fails, when
 * the process is ended by a second Ctrl-C, and when its terminal is closed.
 */
export async function withPrivateFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, '.mcp-s3-image-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const hangUp = () => process.exit(129);
  process.on('exit', remove).on('SIGHUP', hangUp);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove).off('SIGHUP', hangUp);
    remove();
  }
}
