import type { ModelSettings } from '../../../server/app.ts';
import { credentialsError } from '../../errors.ts';
import type { Settings } from '../../settings/settings.ts';

const EMBEDDED = 'extractive-1';

/**
 * Who writes summaries on this machine: the model that `--model`, `MCP_S3_MODEL` or the stage's `model` names, else
 * the embedded summarizer, which can be asked for by its name in any case.
 */
export function localModels(settings: Settings, env: NodeJS.ProcessEnv, flag?: string): ModelSettings {
  const model = flag ?? (env.MCP_S3_MODEL || undefined) ?? settings.file.model;
  const allowed = (env.MCP_S3_ALLOWED_MODELS ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return {
    model,
    allowed: allowed.length === 0 ? undefined : allowed,
    region: settings.region,
    profile: settings.profile,
    env,
  };
}

/** Throws a credentials error (exit 3) where the model is one of Bedrock and nothing says as whom to call it. */
export async function requireModelAccess(models: ModelSettings): Promise<void> {
  if (models.model === undefined || models.model === EMBEDDED) return;
  const { checkModelAccess } = await import('../../../server/app.ts');
  try {
    await checkModelAccess({ ...models, allowed: [] });
  } catch (error) {
    throw credentialsError(`cannot use ${(error as Error).message}`, [
      'log in (aws sso login), or name a profile and a region: --profile NAME --region REGION',
      `or leave out --model: the embedded summarizer ${EMBEDDED} needs no account`,
    ]);
  }
}
