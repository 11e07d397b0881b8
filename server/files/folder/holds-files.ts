import { childrenOf } from './children.ts';
import { type Directory, openDirectory } from './directory.ts';
import { errno, isMissing, storageError } from './storage-error.ts';

/**
 * Whether a folder is to be shown in a listing that rolls it up: with any file in it, at any depth. One that may
 * not be read is shown too; an error is met inside.
 */
export async function holdsFiles(
  options: { root: string; hidden: boolean },
  segments: readonly string[],
): Promise<boolean> {
  const folder = segments.map((name) => `${name}/`).join('');
  let directory: Directory;
  try {
    directory = await openDirectory(options.root, segments);
  } catch (error) {
    if (isMissing(error)) return false;
    if (errno(error) === 'EACCES' || errno(error) === 'EPERM') return true;
    throw storageError(`cannot list the folder ${JSON.stringify(folder)}`, error);
  }
  const folders: string[] = [];
  try {
    for await (const child of childrenOf(options, directory, folder)) {
      if (!child.endsWith('/')) return true;
      folders.push(child.slice(0, -1));
    }
  } finally {
    await directory.close();
  }
  for (const name of folders) if (await holdsFiles(options, [...segments, name])) return true;
  return false;
}
