import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { failed } from '../errors.ts';

/** What the image takes, besides the Dockerfile; the same as in .dockerignore. */
const PARTS = ['package.json', 'LICENSE', 'dist/THIRD-PARTY-LICENSES.txt', 'dist/server'];

/** All that an image is built from, read once: what is built is what was hashed. */
export interface BuildContext {
  /** Content by path, with slashes. */
  files: Map<string, Buffer>;
  /** Base image that stands in for the Dockerfile's own, where one is set. */
  base: string | undefined;
  /** Hex digest over all of it: another one is another image. */
  hash: string;
}

/** @param folder of the package: that of this file's, or a checkout's */
export async function readContext(folder: string, base?: string): Promise<BuildContext> {
  const files = new Map<string, Buffer>();
  const hash = createHash('sha256');
  for (const part of ['Dockerfile', ...PARTS]) {
    for (const file of await filesOf(folder, part)) {
      const content = await readFile(join(folder, file));
      files.set(file, content);
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  if (base !== undefined) hash.update(`\0${base}`);
  return { files, base, hash: hash.digest('hex') };
}

/**
 * Writes it to an empty folder, with the same rights everywhere: builders keep them, and a file that only its owner may
 * read could not be read by the service.
 */
export async function writeContext({ files }: BuildContext, folder: string): Promise<void> {
  for (const [file, content] of files) {
    const target = join(folder, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

/** Files of a part, relative to the folder, with slashes and in one order on every machine. */
async function filesOf(folder: string, part: string): Promise<string[]> {
  const path = join(folder, part);
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      if (error.code !== 'ENOENT') throw error;
      throw failed('no_build_context', `cannot build the image: ${path} is missing`, [
        'install mcp-s3 again, or in a checkout run: npm run build',
        'or name an image that exists: --image-uri URI',
      ]);
    },
  );
  if (entries === undefined) return [part];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
