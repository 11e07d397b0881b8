import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemReason, usageError } from '../errors.ts';
import { stageName } from './stage-name.ts';

export const CONFIG_FILE = 'mcp-s3.json';

const rate = z.number().min(0);

/** Settings of one stage in `mcp-s3.json`. Unknown fields are errors, so that a typing mistake is seen. Never secrets. */
const stageSettings = z.strictObject({
  local: z.boolean().optional().describe('Use this machine instead of AWS'),
  folder: z.string().min(1).optional().describe('Folder that is the local bucket, relative to this file'),
  endpoint: z.url().optional().describe('URL of a deployed service, used instead of AWS'),
  profile: z.string().min(1).optional().describe('AWS profile'),
  region: z.string().min(1).optional().describe('AWS region'),
  host: z.string().min(1).optional().describe('Address that dev listens on'),
  port: z.int().min(0).max(65535).optional().describe('Port that dev listens on'),
  prefixes: z.array(z.string()).optional().describe('Serve only keys below these prefixes'),
  hidden: z.boolean().optional().describe('Serve files whose names begin with a dot'),
  rateLimit: rate.optional().describe('Requests a second on the REST routes'),
  burst: rate.optional().describe('Requests at once on the REST routes'),
  mcpRateLimit: rate.optional().describe('Requests a second on /mcp'),
  mcpBurst: rate.optional().describe('Requests at once on /mcp'),
  quota: z.int().min(0).optional().describe('Requests a day for each key'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  stage: stageName.optional().describe('Stage that commands use when none is named'),
  stages: z.record(stageName, stageSettings).default({}),
});

export type StageSettings = z.infer<typeof stageSettings>;
export type Config = z.infer<typeof configSchema>;

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
