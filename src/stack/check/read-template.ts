import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { CliContext } from '../../context.ts';
import { systemReason, usageError } from '../../errors.ts';

/** The text of a template that somebody names: a file, or standard input as `-`. */
export async function readTemplate(file: string, { io, cwd }: CliContext): Promise<string> {
  if (file === '-') {
    if (io.stdin.isTTY)
      throw usageError('standard input is the terminal: name a file, or pipe a template in');
    return await text(io.stdin);
  }
  try {
    return await readFile(path.resolve(cwd, file), 'utf8');
  } catch (error) {
    throw usageError(`${file} cannot be read: ${systemReason(error) ?? (error as Error).message}`);
  }
}
