import { DEFAULT_LIMITS } from '../../server/names.ts';
import type { StageSettings } from '../settings/config-schema.ts';
import type { AppParameter } from './template-names.ts';
import { readAmount } from './values/amount.ts';
import { readEmail } from './values/email.ts';
import { readImageUri } from './values/image-uri.ts';
import { readModel, readModels } from './values/model.ts';
import { readOrigin } from './values/origin.ts';
import { readPrefixes } from './values/prefixes.ts';
import { readSchedule } from './values/schedule.ts';
import { readSleepAfter } from './values/sleep-after.ts';
import { CPU_SIZES } from './values/task-size.ts';
import { readWord } from './values/words.ts';

/** Values of template parameters by their names. */
export type Parameters = Record<string, string>;

/** What a person sets with a flag of `deploy` or a field of `mcp-s3.json`, as parameters of the template. */
export interface DeploySetting {
  /** Without dashes; also the name for `--reset`. */
  flag: string;
  field: keyof StageSettings;
  /** The parameters that it decides, as they are by default. */
  defaults: Parameters;
  /** @throws usage error (exit 2) */
  read(value: unknown, name: string): Parameters;
}

function one(
  flag: string,
  field: keyof StageSettings,
  parameter: AppParameter,
  byDefault: string,
  read: (value: unknown, name: string) => string,
): DeploySetting {
  return {
    flag,
    field,
    defaults: { [parameter]: byDefault },
    read: (value, name) => ({ [parameter]: read(value, name) }),
  };
}

const amount =
  (min: number, max: number, options: { fraction?: boolean; hint?: string } = {}) =>
  (value: unknown, name: string) =>
    readAmount(value, name, { min, max, ...options });

const onOff = (value: unknown, name: string) => {
  if (typeof value === 'boolean') return String(value);
  return readWord(value, name, ['true', 'false']);
};

/** API Gateway's own bounds for a region: 10,000 requests a second, 5,000 at once. */
const rate = amount(0.1, 10_000, { fraction: true, hint: 'on AWS there is always a limit' });
const burst = amount(1, 5000);

/** ARNs and image digests of what is looked up stand beside what the person named. */
export const DEPLOY_SETTINGS: DeploySetting[] = [
  one('email', 'email', 'Email', '', readEmail),
  one('image-uri', 'imageUri', 'ImageUri', '', readImageUri),
  one('platform', 'platform', 'CpuArchitecture', 'ARM64', (value, name) =>
    readWord(value, name, PLATFORMS) === 'linux/amd64' ? 'X86_64' : 'ARM64',
  ),
  one('model', 'model', 'ModelId', '', readModel),
  one('allowed-models', 'allowedModels', 'AllowedModels', '', readModels),
  one('cpu', 'cpu', 'TaskCpu', '512', (value, name) => readWord(value, name, CPU_SIZES)),
  one('memory', 'memory', 'TaskMemory', '1024', amount(512, 30_720)),
  one('ha', 'ha', 'HighAvailability', 'false', onOff),
  one('network', 'network', 'NetworkMode', 'private', (value, name) => readWord(value, name, NETWORKS)),
  one(
    'min-tasks',
    'minTasks',
    'MinTasks',
    '1',
    amount(1, 100, { hint: 'to let it sleep while nobody asks: --sleep-after 15m' }),
  ),
  one('max-tasks', 'maxTasks', 'MaxTasks', '4', amount(1, 100)),
  one('on-demand-base', 'onDemandBase', 'OnDemandBase', '0', amount(0, 100)),
  {
    flag: 'spot-percent',
    field: 'spotPercent',
    defaults: { SpotPercent: '0', OnDemandPercent: '100' },
    read(value, name) {
      const spot = amount(0, 100)(value, name);
      return { SpotPercent: spot, OnDemandPercent: String(100 - Number(spot)) };
    },
  },
  one('sleep-after', 'sleepAfter', 'SleepAfterMinutes', '0', readSleepAfter),
  {
    flag: 'schedule',
    field: 'schedule',
    defaults: { ScheduleUp: '', ScheduleDown: '', ScheduleTimezone: '' },
    read(value, name) {
      if (value === 'off') return this.defaults;
      const { up, down, timezone } = readSchedule(value, name);
      return { ScheduleUp: up, ScheduleDown: down, ScheduleTimezone: timezone };
    },
  },
  one('rate-limit', 'rateLimit', 'RateLimit', String(DEFAULT_LIMITS.rateLimit), rate),
  one('burst', 'burst', 'BurstLimit', String(DEFAULT_LIMITS.burst), burst),
  one('mcp-rate-limit', 'mcpRateLimit', 'McpRateLimit', String(DEFAULT_LIMITS.mcpRateLimit), rate),
  one('mcp-burst', 'mcpBurst', 'McpBurstLimit', String(DEFAULT_LIMITS.mcpBurst), burst),
  one(
    'quota',
    'quota',
    'QuotaPerDay',
    String(DEFAULT_LIMITS.quota),
    amount(1, 100_000_000, { hint: 'on AWS there is always a quota' }),
  ),
  one('presummarize', 'presummarize', 'Presummarize', 'on', (value, name) =>
    readWord(value, name, ['on', 'off']),
  ),
  one(
    'presummarize-limit',
    'presummarizeLimit',
    'PresummarizeLimit',
    '200',
    amount(1, 1_000_000, { hint: 'to summarize nothing ahead of time: --presummarize off' }),
  ),
  one('allow-writes', 'allowWrites', 'AllowWrites', 'false', onOff),
  one('prefixes', 'prefixes', 'Prefixes', '', readPrefixes),
  one('cors-origin', 'corsOrigin', 'CorsOrigin', '', readOrigin),
];

export const PLATFORMS = ['linux/arm64', 'linux/amd64'] as const;
export const NETWORKS = ['private', 'public-egress'] as const;

/** Platform of the tasks, as images name it. */
export function platformOf({ CpuArchitecture }: Parameters): (typeof PLATFORMS)[number] {
  return CpuArchitecture === 'X86_64' ? 'linux/amd64' : 'linux/arm64';
}

/** Values of all settings as they are by default. */
export const DEFAULTS: Parameters = Object.assign({}, ...DEPLOY_SETTINGS.map(({ defaults }) => defaults));

/** A value that somebody asked for. */
export interface Wish {
  value: string;
  /** `--min-tasks`, `--reset min-tasks` or `mcp-s3.json`. */
  from: string;
}

/** The setting that decides a parameter; undefined for what is looked up or internal. */
export function settingOf(parameter: string): DeploySetting | undefined {
  return DEPLOY_SETTINGS.find(({ defaults }) => parameter in defaults);
}
