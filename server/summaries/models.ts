import { createExtractiveSummarizer } from './extractive/extractive.ts';
import type { Summarizer } from './summarizer.ts';

/** The summarizer that needs no model. */
const EMBEDDED = 'extractive-1';

export interface ModelSettings {
  /** Who writes summaries unless a caller asks for another: `extractive-1`, or a model of Amazon Bedrock. */
  model?: string | undefined;
  /** Others that callers may ask for. Default: the embedded summarizer, which costs nothing. */
  allowed?: readonly string[] | undefined;
  /** Tokens that one summary may cost, in and out. */
  tokenCap?: number | undefined;
  /** Where Bedrock is asked, and as whom; both as the AWS SDK finds them when absent. */
  region?: string | undefined;
  profile?: string | undefined;
  /** Names the proxy to go through, if any. Default: the process's. */
  env?: NodeJS.ProcessEnv | undefined;
}

/** Makes the writers of summaries, the default first. */
export async function createSummarizers(
  settings: ModelSettings = {},
): Promise<[Summarizer, ...Summarizer[]]> {
  const [first, ...others] = modelsOf(settings);
  const create = await summarizerMaker(settings);
  return [create(first), ...others.map(create)];
}

/**
 * Whether Bedrock could be called by these settings, as far as that can be told without calling it.
 * Throws ServiceError `model_failed` where region or credentials are missing.
 */
export async function checkModelAccess(settings: ModelSettings): Promise<void> {
  const model = modelsOf(settings).find((name) => name !== EMBEDDED);
  if (model === undefined) return;
  const { checkAccess } = await import('./bedrock/client.ts');
  await checkAccess(settings, model);
}

function modelsOf({ model = EMBEDDED, allowed = [EMBEDDED] }: ModelSettings): [string, ...string[]] {
  return [model, ...new Set(allowed.filter((name) => name !== model))];
}

async function summarizerMaker(settings: ModelSettings): Promise<(model: string) => Summarizer> {
  if (modelsOf(settings).every((model) => model === EMBEDDED)) return () => createExtractiveSummarizer();
  // The SDK is large: who needs no model does without it.
  const [{ createBedrockSummarizer }, { createBedrockClient }] = await Promise.all([
    import('./bedrock/bedrock-summarizer.ts'),
    import('./bedrock/client.ts'),
  ]);
  const client = createBedrockClient(settings);
  const { tokenCap } = settings;
  return (model) =>
    model === EMBEDDED
      ? createExtractiveSummarizer()
      : createBedrockSummarizer({ model, client, ...(tokenCap === undefined ? {} : { tokenCap }) });
}
