import { type BedrockTrouble, bedrockTrouble } from '../../server/outbound/bedrock-trouble.ts';
import { CliError, credentialsError, failed, usageError } from '../errors.ts';
import { ACCESS_DENIED, credentialsProblem, factsOf, networkProblem } from './aws-error.ts';

export interface BedrockCall {
  /** Id, profile or ARN; undefined where models are only looked up. */
  model?: string | undefined;
  profile?: string | undefined;
  region?: string | undefined;
}

/** Whatever a call to Bedrock threw, as the failure to show. */
export function bedrockError(error: unknown, call: BedrockCall): unknown {
  if (error instanceof CliError) return error;
  const facts = factsOf(error);
  const known = credentialsProblem(error, { service: 'Bedrock', action: 'bedrock:InvokeModel', ...call });
  if (known !== undefined) return known;
  const trouble = bedrockTrouble(facts);
  if (trouble !== undefined) return troubleError(trouble, facts.message, call);
  return (
    networkProblem(error, 'Bedrock') ??
    (facts.status === undefined
      ? error
      : failed('model_failed', `Bedrock refused the request: ${facts.message}`, [], error))
  );
}

const ANOTHER = 'choose another model: --model ID';

function troubleError(trouble: BedrockTrouble, message: string, call: BedrockCall): CliError {
  const { model, region } = call;
  const list = `see what there is: aws bedrock list-inference-profiles${region === undefined ? '' : ` --region ${region}`}`;
  switch (trouble) {
    case 'not_subscribed':
    case 'forbidden':
    case 'not_allowed':
    case 'not_granted':
      return denied(trouble, message, model);
    case 'gone':
      return usageError(`Bedrock does not have the model ${model}: ${message}`, [list], 'unknown_model');
    case 'unknown_model':
      return usageError(`Bedrock knows no model ${model} in this region`, [list], 'unknown_model');
    case 'profile_only':
      return usageError(
        `${model} can only be used through an inference profile`,
        [`use an inference profile: --model global.${model}, or with us., eu. or apac. instead`, list],
        'inference_profile',
      );
    case 'too_long':
      return failed('context_full', `the conversation no longer fits into ${model}`, [
        'ask for less at once, or lower --max-tokens',
        'or choose a model with a larger window: --model ID',
      ]);
    case 'no_tools':
      return usageError(`${model} cannot call tools: ${message}`, [ANOTHER], 'no_tools');
    case 'unsupported':
    case 'refused':
      return failed('model_refused', `Bedrock refused the request: ${message}`, [ANOTHER]);
    case 'throttled':
    case 'loading':
    case 'day_used_up':
      return busy(trouble, model ?? 'Bedrock');
    default:
      return failed('model_failed', `${model ?? 'Bedrock'} failed: ${message}`, [
        'try again',
        `or ${ANOTHER}`,
      ]);
  }
}

type Denied = 'not_subscribed' | 'forbidden' | 'not_allowed' | 'not_granted';

const REMEDIES: Record<Denied, string> = {
  not_subscribed: 'an administrator must subscribe to the model once, by calling it in the Bedrock console',
  forbidden: 'a policy forbids the model or one of its regions: ask who owns the account',
  not_allowed:
    'allow bedrock:InvokeModelWithResponseStream on the inference profile and on each model that it lists',
  not_granted: 'open the model once in the Bedrock console of this region; some ask for a form first',
};

function denied(trouble: Denied, message: string, model: string | undefined): CliError {
  if (model === undefined) {
    return credentialsError(
      'these credentials may not look up the models of Bedrock',
      ['name a model: --model ID', 'or allow bedrock:ListInferenceProfiles'],
      ACCESS_DENIED,
    );
  }
  return credentialsError(
    `no access to the model ${model}${trouble === 'not_allowed' ? '' : `: ${message}`}`,
    [REMEDIES[trouble], ...(trouble === 'not_allowed' ? [] : [`or ${ANOTHER}`])],
    'model_access_denied',
  );
}

function busy(trouble: 'throttled' | 'loading' | 'day_used_up', what: string): CliError {
  const forGood = 'for good: ask AWS for a higher quota of Bedrock';
  if (trouble === 'day_used_up') {
    return failed('model_throttled', `the account's tokens a day for ${what} are used up`, [
      `it starts over tomorrow; or ${ANOTHER}`,
      forGood,
    ]);
  }
  const words = trouble === 'loading' ? `${what} is still being loaded` : `too many requests for ${what}`;
  return failed('model_throttled', `Bedrock is busy: ${words}`, ['try again in a moment', forGood]);
}
