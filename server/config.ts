import { z } from 'zod';
import type { AppOptions } from './app.ts';
import { editDistance } from './edit-distance.ts';
import type { CloseOptions, ListenAddress } from './http/listener.ts';
import { CONTAINER_PORT } from './names.ts';
import type { StorageConfig } from './storage.ts';

const PREFIX = 'MCP_S3_';

/** Settings of the command line, which may stand in the same environment. */
const FOREIGN = new Set([
  'MCP_S3_STAGE',
  'MCP_S3_LOCAL',
  'MCP_S3_ENDPOINT',
  'MCP_S3_API_KEY',
  'MCP_S3_API_URL',
  'MCP_S3_STATE_DIR',
  'MCP_S3_NODE_IMAGE',
]);

/**
 * The server's settings, as environment variables. An empty one counts as not set.
 *
 * | setting | meaning | default |
 * |---|---|---|
 * | `MCP_S3_BUCKET` | bucket on S3 to serve | |
 * | `MCP_S3_BUCKET_OWNER` | account that the bucket must belong to | any |
 * | `MCP_S3_REGION` | the bucket's region | as the AWS SDK finds it |
 * | `MCP_S3_STORAGE_ENDPOINT` | URL of another S3 server | AWS |
 * | `MCP_S3_PATH_STYLE` | bucket in the path, not in the host name | false |
 * | `MCP_S3_FOLDER` | folder to serve instead of a bucket | |
 * | `MCP_S3_HIDDEN` | serves files with a leading dot, too (folder) | false |
 * | `MCP_S3_PREFIXES` | only keys below these, separated by commas | all |
 * | `MCP_S3_ALLOW_WRITES` | offers models a tool that writes files | false |
 * | `MCP_S3_CACHE_FOLDER` | folder of cached summaries | in the bucket |
 * | `MCP_S3_MODEL` | who writes summaries: `extractive-1`, or a model or inference profile of Bedrock | extractive-1 |
 * | `MCP_S3_ALLOWED_MODELS` | others that callers may ask for, separated by commas | extractive-1 |
 * | `MCP_S3_MODEL_TOKEN_CAP` | tokens that one summary may cost, in and out | 1,000,000 |
 * | `MCP_S3_HOST`, `MCP_S3_PORT` | address to listen on | 0.0.0.0, 8080 |
 * | `MCP_S3_BASE_PATH` | path that a proxy in front leaves before ours, such as /v1 | |
 * | `MCP_S3_ALLOWED_HOSTS` | `Host` names to answer for, separated by commas | all; on loopback its own |
 * | `MCP_S3_CORS_ORIGINS` | origins whose pages may call, separated by commas | none |
 * | `MCP_S3_LOG_LEVEL` | debug, info, warn, error | info |
 * | `MCP_S3_MAX_BYTES` | largest file that is summarized, bytes | 5 GiB |
 * | `MCP_S3_BODY_LIMIT` | largest request body, bytes | 1 MiB |
 * | `MCP_S3_DEADLINE_SECONDS` | longest time for one request | 840 |
 * | `MCP_S3_DRAIN_GRACE_SECONDS` | time in which new requests are still answered after SIGTERM | 5 |
 * | `MCP_S3_DRAIN_DEADLINE_SECONDS` | time after SIGTERM at which requests in flight are cut off | 25 |
 */
const settings = z.object({
  MCP_S3_BUCKET: z.string().min(3).max(63).optional(),
  MCP_S3_BUCKET_OWNER: z
    .string()
    .regex(/^\d{12}$/, 'must be the number of an account, twelve digits')
    .optional(),
  MCP_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a region such as eu-central-1')
    .optional(),
  MCP_S3_STORAGE_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  MCP_S3_PATH_STYLE: flag(),
  MCP_S3_FOLDER: z.string().optional(),
  MCP_S3_HIDDEN: flag(),
  MCP_S3_PREFIXES: list(z.string().max(1024)),
  MCP_S3_ALLOW_WRITES: flag(),
  MCP_S3_CACHE_FOLDER: z.string().optional(),
  MCP_S3_MODEL: model().optional(),
  MCP_S3_ALLOWED_MODELS: list(model()),
  MCP_S3_MODEL_TOKEN_CAP: whole(10_000, 1_000_000_000).optional(),
  MCP_S3_HOST: z.string().default('0.0.0.0'),
  MCP_S3_PORT: whole(0, 65_535).default(CONTAINER_PORT),
  MCP_S3_BASE_PATH: z
    .string()
    .regex(/^(\/[A-Za-z0-9._~-]+)+$/, 'must start with / and not end with it, such as /v1')
    .optional(),
  MCP_S3_ALLOWED_HOSTS: list(z.string()),
  MCP_S3_CORS_ORIGINS: list(
    z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be origins such as https://app.example.com, or *'),
  ),
  MCP_S3_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be one of debug, info, warn, error')
    .default('info'),
  MCP_S3_MAX_BYTES: whole(1, Number.MAX_SAFE_INTEGER).optional(),
  MCP_S3_BODY_LIMIT: whole(1024, 10 * 1024 * 1024).optional(),
  MCP_S3_DEADLINE_SECONDS: whole(1, 3600).optional(),
  MCP_S3_DRAIN_GRACE_SECONDS: whole(0, 120).default(5),
  MCP_S3_DRAIN_DEADLINE_SECONDS: whole(0, 120).default(25),
});

export interface ServerConfig {
  app: Omit<AppOptions, 'version'>;
  listen: ListenAddress;
  close: Required<CloseOptions>;
}

/** A setting that is wrong or unknown. The message has a line for each, with its name and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings. Throws ConfigError that names all that are wrong, not only the first. */
export function readConfig(environment: NodeJS.ProcessEnv): ServerConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name.startsWith(PREFIX) && value !== ''),
  );
  const problems = Object.keys(given).flatMap(unknownSetting);
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      problems.push(`${name} is ${JSON.stringify(given[name])}: ${issue.message}`);
    }
  }
  if ((given.MCP_S3_BUCKET === undefined) === (given.MCP_S3_FOLDER === undefined)) {
    problems.push('set either MCP_S3_BUCKET (a bucket on S3) or MCP_S3_FOLDER (a folder), and not both');
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems.join('\n'));
  return fromSettings(parsed.data);
}

function fromSettings(s: z.infer<typeof settings>): ServerConfig {
  return {
    app: {
      storage: storageOf(s),
      prefixes: s.MCP_S3_PREFIXES,
      allowWrites: s.MCP_S3_ALLOW_WRITES,
      corsOrigins: s.MCP_S3_CORS_ORIGINS,
      logLevel: s.MCP_S3_LOG_LEVEL,
      models: {
        ...present('model', s.MCP_S3_MODEL),
        ...(s.MCP_S3_ALLOWED_MODELS.length === 0 ? {} : { allowed: s.MCP_S3_ALLOWED_MODELS }),
        ...present('tokenCap', s.MCP_S3_MODEL_TOKEN_CAP),
      },
      ...(s.MCP_S3_ALLOWED_HOSTS.length === 0 ? {} : { allowedHosts: s.MCP_S3_ALLOWED_HOSTS }),
      ...present('cacheFolder', s.MCP_S3_CACHE_FOLDER),
      ...present('basePath', s.MCP_S3_BASE_PATH),
      ...present('maxBytes', s.MCP_S3_MAX_BYTES),
      ...present('bodyLimit', s.MCP_S3_BODY_LIMIT),
      ...present('deadlineMs', seconds(s.MCP_S3_DEADLINE_SECONDS)),
    },
    listen: { host: s.MCP_S3_HOST, port: s.MCP_S3_PORT },
    close: {
      graceMs: s.MCP_S3_DRAIN_GRACE_SECONDS * 1000,
      deadlineMs: s.MCP_S3_DRAIN_DEADLINE_SECONDS * 1000,
    },
  };
}

function storageOf(s: z.infer<typeof settings>): StorageConfig {
  if (s.MCP_S3_FOLDER !== undefined) {
    return { kind: 'folder', folder: s.MCP_S3_FOLDER, hidden: s.MCP_S3_HIDDEN };
  }
  return {
    kind: 's3',
    bucket: s.MCP_S3_BUCKET!,
    forcePathStyle: s.MCP_S3_PATH_STYLE,
    ...present('owner', s.MCP_S3_BUCKET_OWNER),
    ...present('region', s.MCP_S3_REGION),
    ...present('endpoint', s.MCP_S3_STORAGE_ENDPOINT),
  };
}

/** A problem for a name that is nobody's: a typo must not look like a setting that is in force. */
function unknownSetting(name: string): string[] {
  const known = Object.keys(settings.shape);
  if (known.includes(name) || FOREIGN.has(name)) return [];
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate, 4) }))
    .filter(({ distance }) => distance <= 4)
    .sort((a, b) => a.distance - b.distance)[0];
  const allowed = near === undefined ? `there are: ${known.join(', ')}` : `did you mean ${near.candidate}?`;
  return [`${name} is no setting of the server; ${allowed}`];
}

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, error)
    .transform(Number)
    .refine((value) => value >= least && value <= most, error);
}

function model() {
  return z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,2047}$/, 'must be ids of models, such as extractive-1');
}

function flag() {
  return z
    .enum(['true', 'false', '1', '0'], 'must be true or false')
    .default('false')
    .transform((value) => value === 'true' || value === '1');
}

function list(item: z.ZodString) {
  return z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item));
}

function seconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}

function present<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: V });
}
