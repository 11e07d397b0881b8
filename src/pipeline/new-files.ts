import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failed, systemReason, usageError } from '../errors.ts';

export interface NewFile {
  path: string;
  text: string;
}

export interface FoundFile extends NewFile {
  state: 'absent' | 'same' | 'different';
}

/** How each file compares with what is there. @throws where something else than a file has the name */
export async function compareFiles(files: NewFile[]): Promise<FoundFile[]> {
  return await Promise.all(
    files.map(async (file) => {
      try {
        if (!(await lstat(file.path)).isFile())
          throw usageError(`${file.path} is there and is no plain file`);
        const state = (await readFile(file.path, 'utf8')) === file.text ? 'same' : 'different';
        return { ...file, state } as const;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ...file, state: 'absent' } as const;
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        throw failed('read_failed', `cannot read ${file.path}: ${systemReason(error)}`);
      }
    }),
  );
}

/** Writes what is not there as it should be. What appeared since it was looked at is left alone. */
export async function writeFiles(files: FoundFile[]): Promise<void> {
  for (const { path: file, text, state } of files) {
    if (state === 'same') continue;
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text, { flag: state === 'absent' ? 'wx' : 'w' });
    } catch (error) {
      throw failed('write_failed', `cannot write ${file}: ${systemReason(error)}`);
    }
  }
}
