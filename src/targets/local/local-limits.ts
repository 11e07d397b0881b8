import type { Limits } from '../../../server/app.ts';
import { DEFAULT_LIMITS } from '../../../server/names.ts';
import type { StageSettings } from '../../settings/config-schema.ts';

export type { Limits };

/** The gateway's limits of a stage: flags of `dev`, then `mcp-s3.json`, then the defaults of the usage plan. */
export function localLimits(
  file: StageSettings,
  flags: Partial<Record<keyof Limits, number | undefined>> = {},
): Limits {
  const pick = (name: keyof Limits) => flags[name] ?? file[name] ?? DEFAULT_LIMITS[name];
  return {
    rateLimit: pick('rateLimit'),
    burst: pick('burst'),
    mcpRateLimit: pick('mcpRateLimit'),
    mcpBurst: pick('mcpBurst'),
    quota: pick('quota'),
  };
}
