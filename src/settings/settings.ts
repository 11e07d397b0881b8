import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { readConfig } from './config-file.ts';
import type { StageSettings } from './config-schema.ts';
import { DEFAULT_STAGE, isStageName, STAGE_RULE } from './stage-name.ts';

/** Flags that choose the target, as every command has them. */
export interface TargetFlags {
  stage?: string | undefined;
  profile?: string | undefined;
  region?: string | undefined;
  local?: boolean | undefined;
  folder?: string | undefined;
  endpoint?: string | undefined;
}

export interface Settings {
  stage: string;
  kind: 'aws' | 'local' | 'endpoint';
  profile?: string;
  region?: string;
  /** Absolute path of the local bucket, where one was named. */
  folder?: string;
  endpoint?: string;
  apiKey?: string;
  /** The server on this machine offers models a tool that writes files. */
  allowWrites?: true;
  /** What `mcp-s3.json` says about the stage. */
  file: StageSettings;
}

/**
 * Decides stage and target. Precedence: flag, environment (with `.env`), `mcp-s3.json`, default.
 * `local: true` in the arguments is a command that only exists locally. Throws usage errors (exit 2).
 */
export async function resolveSettings(
  flags: TargetFlags,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Settings> {
  const config = await readConfig(cwd);
  const stage = flags.stage ?? (env.MCP_S3_STAGE || undefined) ?? config.stage ?? DEFAULT_STAGE;
  if (!isStageName(stage)) {
    throw usageError(`${JSON.stringify(stage)} is no stage: ${STAGE_RULE}`);
  }
  const file = config.stages[stage] ?? {};
  const settings: Settings = { stage, kind: 'aws', file };

  const profile = flags.profile ?? (env.AWS_PROFILE || undefined) ?? file.profile;
  const region = flags.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined) ?? file.region;
  if (profile !== undefined) settings.profile = profile;
  if (region !== undefined) settings.region = region;

  if (flags.endpoint !== undefined && (flags.local || flags.folder !== undefined)) {
    throw usageError('--endpoint names a service elsewhere and --local this machine: give one of them');
  }
  if (flags.folder !== undefined && flags.local === false) {
    throw usageError('--folder names a local bucket, which --no-local rules out: give one of them');
  }
  const wish = chooseKind(flags, env, file);
  settings.kind = wish.kind;
  if (wish.kind === 'local') {
    if (envSwitch(env, 'MCP_S3_ALLOW_WRITES') ?? file.allowWrites) settings.allowWrites = true;
    const folder = flags.folder ?? (env.MCP_S3_FOLDER || undefined) ?? file.folder;
    if (folder !== undefined) settings.folder = resolve(cwd, folder);
  }
  if (wish.kind === 'endpoint') {
    settings.endpoint = endpointUrl(wish.endpoint);
    if (env.MCP_S3_API_KEY) settings.apiKey = env.MCP_S3_API_KEY;
  }
  return settings;
}

type Wish = { kind: 'aws' | 'local' } | { kind: 'endpoint'; endpoint: string };

/** The first layer that says anything about the target decides: flags, then environment, then the file. */
function chooseKind(flags: TargetFlags, env: NodeJS.ProcessEnv, file: StageSettings): Wish {
  if (flags.endpoint !== undefined) return { kind: 'endpoint', endpoint: flags.endpoint };
  if (flags.local || flags.folder !== undefined) return { kind: 'local' };
  const local = flags.local === false ? false : envSwitch(env, 'MCP_S3_LOCAL');
  if (local) return { kind: 'local' };
  if (env.MCP_S3_ENDPOINT) return { kind: 'endpoint', endpoint: env.MCP_S3_ENDPOINT };
  if (file.local && local !== false) return { kind: 'local' };
  if (file.endpoint !== undefined) return { kind: 'endpoint', endpoint: file.endpoint };
  return { kind: 'aws' };
}

function envSwitch(env: NodeJS.ProcessEnv, name: string): boolean | undefined {
  const value = env[name]?.toLowerCase();
  if (value === undefined || value === '') return undefined;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  if (['0', 'false', 'no', 'off'].includes(value)) return false;
  throw usageError(`${name}=${env[name]} is neither on nor off: use 1 or 0`);
}

function endpointUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw usageError(`${JSON.stringify(text)} is no URL`, [
      'an endpoint looks like https://abc123.execute-api.eu-west-1.amazonaws.com/v1',
    ]);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw usageError(`the endpoint ${JSON.stringify(text)} is no http or https URL`);
  }
  if (url.username || url.password) {
    throw usageError('the endpoint holds a user name or password: give the key in MCP_S3_API_KEY instead');
  }
  return url.href.replace(/[?#].*$/, '').replace(/\/+$/, '');
}
