import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { systemReason, usageError } from '../errors.ts';

/**
 * The environment with the settings of the working folder's `.env` below it: a variable that is set wins.
 * Throws a usage error for a file that exists and cannot be read.
 */
export async function withDotenv(env: NodeJS.ProcessEnv, cwd: string): Promise<NodeJS.ProcessEnv> {
  try {
    const text = await readFile(join(cwd, '.env'), 'utf8');
    return { ...parseEnv(text), ...env };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return env;
    throw usageError(`cannot read .env: ${systemReason(error) ?? String(error)}`);
  }
}
