/** What a failure of Amazon Bedrock means. */
export type BedrockTrouble =
  | 'throttled'
  /** The account's tokens of the day. */
  | 'day_used_up'
  /** An imported model that was not in use. */
  | 'loading'
  | 'no_capacity'
  | 'failed'
  | 'model_failed'
  /** While it was answering. */
  | 'broke_off'
  | 'too_slow'
  | 'not_subscribed'
  /** By a policy that denies it outright. */
  | 'forbidden'
  /** By no policy. */
  | 'not_allowed'
  /** The account never opened the model. */
  | 'not_granted'
  /** Not there, or no longer. */
  | 'gone'
  | 'unknown_model'
  /** Served through inference profiles only. */
  | 'profile_only'
  | 'too_long'
  | 'no_tools'
  /** Converse, streaming or system prompts. */
  | 'unsupported'
  | 'refused';

/** By the error's name, as Bedrock's API reference has them. */
const BY_NAME: Record<string, BedrockTrouble> = {
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  ServiceQuotaExceededException: 'throttled',
  ModelNotReadyException: 'loading',
  ServiceUnavailableException: 'no_capacity',
  InternalServerException: 'failed',
  ModelErrorException: 'model_failed',
  ModelStreamErrorException: 'broke_off',
  ModelTimeoutException: 'too_slow',
  ResourceNotFoundException: 'gone',
};

/** What is meant by a ValidationException: the first whose words are in its message. */
const INVALID: [RegExp, BedrockTrouble][] = [
  [/on-demand throughput/i, 'profile_only'],
  [
    /too long|too many (input )?tokens|context (window|length)|maximum.{0,40}tokens|exceed.{0,40}tokens/i,
    'too_long',
  ],
  [/model identifier is invalid|invalid.*model|not supported in (this|your) region/i, 'unknown_model'],
  [/tool ?use|toolConfig|\btools?\b/i, 'no_tools'],
  [/system (prompt|message)|streaming|converse/i, 'unsupported'],
];

/**
 * The one place that knows the names and the words of Bedrock's errors. Those that all services of AWS have in common,
 * such as expired credentials, are not among them and come first: some of them are a 403 as well. Undefined for what is
 * none of Bedrock's.
 */
export function bedrockTrouble(error: {
  name: string;
  message: string;
  status: number | undefined;
}): BedrockTrouble | undefined {
  const { name, message, status } = error;
  const known = BY_NAME[name] ?? (status === 429 ? 'throttled' : undefined);
  if (known === 'throttled' && /per day/i.test(message)) return 'day_used_up';
  if (known !== undefined) return known;
  if (name === 'ValidationException') return INVALID.find(([words]) => words.test(message))?.[1] ?? 'refused';
  if (name === 'AccessDeniedException' || status === 403) return denied(message);
  return (status ?? 0) >= 500 ? 'failed' : undefined;
}

function denied(message: string): BedrockTrouble {
  if (/marketplace/i.test(message)) return 'not_subscribed';
  if (/service control policy|explicit deny/i.test(message)) return 'forbidden';
  return /not authorized to perform/i.test(message) ? 'not_allowed' : 'not_granted';
}
