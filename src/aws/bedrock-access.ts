import {
  BedrockClient,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
} from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { usageError } from '../errors.ts';
import { factsOf, isDenied } from './aws-error.ts';
import { bedrockError } from './bedrock-error.ts';
import { callAws, callSignal, callsTo, orAborted } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('Bedrock', 'bedrock');

/**
 * ARNs that must be allowed for a model to be called: of its inference profile, and of each model that the profile
 * may pass the call on to. A model that is called without a profile has one ARN.
 * @param model id of a profile or a model, or its ARN
 * @throws usage error (exit 2) where the region knows neither
 */
export async function modelArns(
  connection: RegionalConnection,
  model: string,
  signal: AbortSignal,
): Promise<string[]> {
  // Those of provisioned, imported and custom models name themselves.
  if (/^arn:/.test(model) && !/inference-profile\//.test(model)) return [model];
  const { region } = connection;
  const client = clientOf(connection, BedrockClient, 'BEDROCK');
  const arns = await callAws(call(connection, 'GetInferenceProfile'), signal, async (abortSignal) => {
    try {
      const command = new GetInferenceProfileCommand({ inferenceProfileIdentifier: model });
      const { inferenceProfileArn, models = [] } = await client.send(command, { abortSignal });
      return [inferenceProfileArn!, ...models.flatMap(({ modelArn }) => modelArn ?? [])];
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  });
  if (arns !== undefined) return arns;
  return await callAws(call(connection, 'GetFoundationModel'), signal, async (abortSignal) => {
    try {
      const command = new GetFoundationModelCommand({ modelIdentifier: model });
      const { modelDetails } = await client.send(command, { abortSignal });
      return [modelDetails!.modelArn!];
    } catch (error) {
      if (!isUnknown(error)) throw error;
      throw usageError(
        `Bedrock knows no model or inference profile ${model} in ${region}`,
        [
          `see what there is: aws bedrock list-inference-profiles --region ${region}`,
          'then name one: --model ID',
        ],
        'unknown_model',
      );
    }
  });
}

/** `unknown`: these credentials may not call it themselves, which says nothing about the service's own role. */
export type ModelAccess = 'open' | 'unknown';

/**
 * Asks the model for one word. It costs next to nothing, and shows what only a call shows: access not opened, a model
 * that is no longer offered, a region that is denied.
 * @throws CliError with what Bedrock says where the model cannot be used
 */
export async function tryModel(
  connection: RegionalConnection,
  model: string,
  signal: AbortSignal,
): Promise<ModelAccess> {
  const { region, profile } = connection;
  const client = clientOf(connection, BedrockRuntimeClient, 'BEDROCK_RUNTIME');
  const command = new ConverseCommand({
    modelId: model,
    messages: [{ role: 'user', content: [{ text: 'Answer with the word yes.' }] }],
    inferenceConfig: { maxTokens: 16 },
  });
  signal.throwIfAborted();
  try {
    await orAborted(client.send(command, { abortSignal: callSignal(signal) }), signal);
    return 'open';
  } catch (error) {
    signal.throwIfAborted();
    if (isDenied(error) && /not authorized to perform/i.test(factsOf(error).message)) return 'unknown';
    throw bedrockError(error, { model, region, profile });
  }
}

function isUnknown(error: unknown): boolean {
  return /^(ResourceNotFoundException|ValidationException)$/.test(factsOf(error).name);
}
