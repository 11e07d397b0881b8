import type { AwsConnection } from '../aws/connection.ts';
import { DEFAULT_MODEL } from '../default-model.ts';
import { usageError } from '../errors.ts';

/** The summarizer that is no model. */
const EMBEDDED = /^extractive-/;

export interface ModelChoice {
  model: string;
  /** Where it comes from, for the person. */
  from: string;
}

/**
 * The model to ask: named by flag, environment or `mcp-s3.json`, else the default through the region's inference
 * profile, which is looked up.
 */
export async function chooseModel(
  named: { flag: string | undefined; env: string | undefined; file: string | undefined },
  connection: AwsConnection,
  signal: AbortSignal,
): Promise<ModelChoice> {
  if (named.flag !== undefined) {
    if (!EMBEDDED.test(named.flag)) return { model: named.flag, from: '--model' };
    throw usageError(`${named.flag} writes summaries and cannot answer questions`, [
      'name a model of Bedrock, or leave out --model',
    ]);
  }
  // These two also choose who writes summaries, which may be the embedded summarizer.
  if (named.env && !EMBEDDED.test(named.env)) return { model: named.env, from: 'MCP_S3_MODEL' };
  if (named.file && !EMBEDDED.test(named.file)) return { model: named.file, from: 'mcp-s3.json' };
  const { findInferenceProfile } = await import('../aws/inference-profiles.ts');
  const model = await findInferenceProfile(DEFAULT_MODEL.id, connection, signal);
  if (model !== undefined) return { model, from: `${DEFAULT_MODEL.name}, the default` };
  const { region } = connection;
  throw usageError(
    `Bedrock has no inference profile for ${DEFAULT_MODEL.name}, the default model, in ${region ?? 'this region'}`,
    [
      `see what there is: aws bedrock list-inference-profiles${region === undefined ? '' : ` --region ${region}`}`,
      'then name one: --model ID, or MCP_S3_MODEL',
    ],
    'no_default_model',
  );
}
