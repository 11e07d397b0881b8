import { CliError, credentialsError, failed, usageError } from '../errors.ts';
import { ACCESS_DENIED, credentialsProblem, factsOf, networkProblem } from './aws-error.ts';

export interface BedrockCall {
  /** Id, profile or ARN; undefined where models are only looked up. */
  model?: string | undefined;
  profile?: string | undefined;
  region?: string | undefined;
}

/** Whatever a call to Bedrock threw, as the failure to show. The one place that knows the names of its errors. */
export function bedrockError(error: unknown, call: BedrockCall): unknown {
  if (error instanceof CliError) return error;
  const { name, message, status } = factsOf(error);
  return (
    credentialsProblem(error, { service: 'Bedrock', action: 'bedrock:InvokeModel', ...call }) ??
    refused(name, message, status, call) ??
    invalid(name, message, call) ??
    busy(name, message, status, call) ??
    networkProblem(error, 'Bedrock') ??
    (status === undefined
      ? error
      : failed('model_failed', `Bedrock refused the request: ${message}`, [], error))
  );
}

function refused(
  name: string,
  message: string,
  status: number | undefined,
  call: BedrockCall,
): CliError | undefined {
  if (name !== 'AccessDeniedException' && status !== 403) return undefined;
  if (call.model === undefined) {
    return credentialsError(
      'these credentials may not look up the models of Bedrock',
      ['name a model: --model ID', 'or allow bedrock:ListInferenceProfiles'],
      ACCESS_DENIED,
    );
  }
  const policy = /not authorized to perform/i.test(message);
  return credentialsError(
    `no access to the model ${call.model}${policy ? '' : `: ${message}`}`,
    policy
      ? [
          'allow bedrock:InvokeModelWithResponseStream on the inference profile and on each model that it lists',
        ]
      : [
          'open the model once in the Bedrock console of this region; some ask for a form first',
          'or choose another with --model',
        ],
    'model_access_denied',
  );
}

function invalid(name: string, message: string, { model, region }: BedrockCall): CliError | undefined {
  const list = `see what there is: aws bedrock list-inference-profiles${region === undefined ? '' : ` --region ${region}`}`;
  if (name === 'ResourceNotFoundException') {
    return usageError(`Bedrock does not have the model ${model}: ${message}`, [list], 'unknown_model');
  }
  if (name !== 'ValidationException') return undefined;
  if (/on-demand throughput/i.test(message)) {
    return usageError(
      `${model} can only be used through an inference profile`,
      [`use an inference profile: --model global.${model}, or with us., eu. or apac. instead`, list],
      'inference_profile',
    );
  }
  if (/model identifier is invalid|invalid model|not supported in (this|your) region/i.test(message)) {
    return usageError(`Bedrock knows no model ${model} in this region`, [list], 'unknown_model');
  }
  if (/too long|too many (input )?tokens|context (window|length)/i.test(message)) {
    return failed('context_full', `the conversation no longer fits into ${model}`, [
      'ask for less at once, or lower --max-tokens',
      'or choose a model with a larger window: --model ID',
    ]);
  }
  if (/tool ?use|toolConfig|\btools?\b/i.test(message)) {
    return usageError(
      `${model} cannot call tools: ${message}`,
      ['choose another model: --model ID'],
      'no_tools',
    );
  }
  return failed('model_refused', `Bedrock refused the request: ${message}`, [
    'choose another model: --model ID',
  ]);
}

function busy(
  name: string,
  message: string,
  status: number | undefined,
  { model }: BedrockCall,
): CliError | undefined {
  const what = model ?? 'Bedrock';
  if (/Throttling|TooManyRequests|ServiceQuotaExceeded|ModelNotReady/.test(name) || status === 429) {
    const day = /per day/i.test(message);
    return failed(
      'model_throttled',
      day
        ? `the account's tokens a day for ${what} are used up`
        : `Bedrock is busy: too many requests for ${what}`,
      [
        day ? 'it begins anew tomorrow; or choose another model: --model ID' : 'try again in a moment',
        'for good: ask AWS for a higher quota of Bedrock',
      ],
    );
  }
  if (
    /^Model(Timeout|Error|StreamError)Exception$|^InternalServerException$|^ServiceUnavailableException$/.test(
      name,
    ) ||
    (status ?? 0) >= 500
  ) {
    return failed('model_failed', `${what} failed: ${message}`, [
      'try again',
      'or choose another model: --model ID',
    ]);
  }
  return undefined;
}
