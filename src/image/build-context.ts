import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { failed } from '../errors.ts';

/** What the image takes, besides the Dockerfile; the same as in .dockerignore. */
const PARTS = ['package.json', 'LICENSE', 'dist/THIRD-PARTY-LICENSES.txt', 'dist/server'];

/** A folder to build from, and what its content comes to. */
export interface BuildContext {
  folder: string;
  /** Hex digest over all that goes into the image: another one is another image. */
  hash: string;
}

/** @param folder of the package: that of this file's, or a checkout's */
export async function readContext(folder: string): Promise<BuildContext> {
  const hash = createHash('sha256');
  for (const part of ['Dockerfile', ...PARTS]) {
    if (!existsSync(join(folder, part))) {
      throw failed('no_build_context', `cannot build the image: ${join(folder, part)} is missing`, [
        'install mcp-s3 again, or in a checkout run: npm run build',
        'or name an image that exists: --image-uri URI',
      ]);
    }
  }
  for (const file of (
    await Promise.all(['Dockerfile', ...PARTS].map((part) => filesOf(folder, part)))
  ).flat()) {
    const content = await readFile(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return { folder, hash: hash.digest('hex') };
}

/** Files of a part, relative to the folder, with slashes and in one order on every machine. */
async function filesOf(folder: string, part: string): Promise<string[]> {
  const entries = await readdir(join(folder, part), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTDIR') throw error;
      return undefined;
    },
  );
  if (entries === undefined) return [part];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
