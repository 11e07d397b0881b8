import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { copyFile, lstat, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { failed, systemReason, usageError } from '../errors.ts';

/** A client's configuration as it was found. */
export interface FoundConfig {
  /** Undefined where there is no file yet. */
  text: string | undefined;
  stats: Stats | undefined;
}

/**
 * Reads the file. A link is not followed: it may lead out of the project, or into files that something else owns.
 *
 * @param within folder that the file must really be in, links in its path resolved
 */
export async function readConfig(path: string, within: string | undefined): Promise<FoundConfig> {
  if (within !== undefined) await checkInside(path, within);
  const stats = await lstat(path).catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw cannot('read', path, error);
  });
  if (stats === undefined) return { text: undefined, stats };
  if (stats.isSymbolicLink()) {
    const place = await realpath(path).catch(() => 'nowhere');
    throw usageError(`${path} is a link to ${place}, and links are not followed`, [
      'nothing was changed: put the configuration that is printed without --write there yourself',
    ]);
  }
  if (!stats.isFile()) throw usageError(`${path} is no file`);
  try {
    return { text: await readFile(path, 'utf8'), stats };
  } catch (error) {
    throw cannot('read', path, error);
  }
}

export interface WriteOptions {
  /** The text holds the key: nobody but the owner may read the file. */
  secret: boolean;
  /** For the backup's name. */
  now: Date;
}

/**
 * Replaces the file in one step, after a copy of what was there. The permissions stay, or become the owner's alone
 * where the text is secret. Returns the backup's path.
 */
export async function writeConfig(
  path: string,
  text: string,
  { stats }: FoundConfig,
  { secret, now }: WriteOptions,
): Promise<string | undefined> {
  const kept = stats === undefined ? 0o644 : stats.mode & 0o777;
  const mode = secret ? kept & 0o600 : kept;
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: secret ? 0o700 : 0o777 });
    const backup = stats === undefined ? undefined : await backUp(path, mode, now);
    const file = await open(temporary, 'wx', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await checkUnchanged(path, stats);
    await rename(temporary, path);
    return backup;
  } catch (error) {
    await rm(temporary, { force: true });
    throw cannot('write', path, error);
  }
}

async function backUp(path: string, mode: number, now: Date): Promise<string> {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  for (let count = 1; ; count++) {
    const backup = `${path}.backup-${stamp}${count === 1 ? '' : `-${count}`}`;
    try {
      await copyFile(path, backup, constants.COPYFILE_EXCL);
      const file = await open(backup, 'r');
      await file.chmod(mode).finally(() => file.close());
      return backup;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count === 100) throw error;
    }
  }
}

/** The client itself may write its file: what it wrote in between must not be lost. */
async function checkUnchanged(path: string, before: Stats | undefined): Promise<void> {
  const now = await lstat(path).catch(() => undefined);
  const same =
    before === undefined
      ? now === undefined
      : now !== undefined &&
        now.ino === before.ino &&
        now.size === before.size &&
        now.mtimeMs === before.mtimeMs;
  if (same) return;
  throw failed('file_changed', `${path} was changed by another program in the meantime`, [
    'nothing was changed: close the client and run the command again',
  ]);
}

async function checkInside(path: string, within: string): Promise<void> {
  let folder = dirname(path);
  let real: string | undefined;
  while (real === undefined) {
    real = await realpath(folder).catch(() => undefined);
    if (real === undefined) folder = dirname(folder);
  }
  const root = await realpath(within);
  if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw usageError(`${folder} is a link that leads out of the project, to ${real}: it is not followed`, [
    'nothing was changed: put the configuration that is printed without --write there yourself',
  ]);
}

function cannot(what: 'read' | 'write', path: string, error: unknown): unknown {
  const reason = systemReason(error);
  if (reason === undefined) return error;
  return failed('client_file', `cannot ${what} ${path}: ${reason}`, ['nothing was changed'], error);
}
