import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { systemReason, usageError } from '../errors.ts';
import type { Config } from './config-schema.ts';

const CONFIG_FILE = 'mcp-s3.json';

/**
 * Reads `mcp-s3.json` of the working folder; an absent one is an empty configuration.
 * Throws a usage error (exit 2) that names the field for a file that cannot be read or holds something unknown.
 */
export async function readConfig(cwd: string): Promise<Config> {
  const path = join(cwd, CONFIG_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { stages: {} };
    throw usageError(`cannot read ${CONFIG_FILE}: ${systemReason(error) ?? String(error)}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw usageError(`${CONFIG_FILE} is no valid JSON: ${(error as Error).message}`);
  }
  const { configSchema, stageSettings } = await import('./config-schema.ts');
  const parsed = configSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const known = Object.keys(stageSettings.shape).join(', ');
  throw usageError(
    `${CONFIG_FILE}: ${parsed.error.issues.map(issueText).join('; ')}`,
    parsed.error.issues.some((issue) => issue.code === 'unrecognized_keys')
      ? [`fields of a stage: ${known}`]
      : [],
    'config',
  );
}

function issueText(issue: z.core.$ZodIssue): string {
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const fields = issue.keys.map((key) => JSON.stringify([...issue.path, key].join('.')));
    return `unknown ${fields.length === 1 ? 'field' : 'fields'} ${fields.join(', ')}`;
  }
  return `${JSON.stringify(at)}: ${issue.message.replace(/^Invalid input: /, '')}`;
}
