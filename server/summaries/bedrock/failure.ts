import { ServiceError } from '../../errors.ts';
import { type BedrockTrouble, bedrockTrouble } from '../../outbound/bedrock-trouble.ts';

/** A call that failed, and what may be done about it. */
export class BedrockFailure extends Error {
  override readonly name = 'BedrockFailure';
  /** What the caller is told. */
  readonly told: ServiceError;
  /** Worth another try. */
  readonly retry: boolean;
  /** Seconds that Bedrock asks to wait before it. */
  readonly asked: number | undefined;
  /** The prompt does not fit into the model's window. */
  readonly tooLong: boolean;

  constructor(
    told: ServiceError,
    how: { retry?: boolean; asked?: number | undefined; tooLong?: boolean } = {},
  ) {
    super(told.message, { cause: told.cause });
    this.told = told;
    this.retry = how.retry ?? false;
    this.asked = how.asked;
    this.tooLong = how.tooLong ?? false;
  }
}

/** The text of a failure, after "MODEL: ". `after`: seconds that the caller should wait before another request. */
type Reason = [text: string, how?: { retry?: boolean; after?: number; tooLong?: boolean }];

const AGAIN = { retry: true };
/** Seconds that a throttled caller is asked to wait: the tries inside of one request took about as long. */
const RETRY_AFTER = 10;
const NEW_CREDENTIALS = 'renew them (aws sso login, or a new role session)';

/** What fails before Bedrock is asked, by the error's name. */
const BEFORE: Record<string, Reason> = {
  ExpiredTokenException: [`the AWS credentials have expired: ${NEW_CREDENTIALS}`],
  ExpiredToken: [`the AWS credentials have expired: ${NEW_CREDENTIALS}`],
  UnrecognizedClientException: ['AWS does not know these credentials: check keys, session token and region'],
  InvalidSignatureException: [
    'AWS refused the signature: check the secret key and the clock of this machine',
  ],
  CredentialsProviderError: [
    'there are no AWS credentials that can be used: set a profile, a role, keys or AWS_BEARER_TOKEN_BEDROCK ' +
      '(the summarizer extractive-1 needs none)',
  ],
  TimeoutError: [
    'Bedrock could not be reached in time: check the network, the VPC endpoint bedrock-runtime and its security group',
    AGAIN,
  ],
};

const UNSUITABLE: Reason = [
  'it does not take what is needed here (Converse with streaming and system prompts). Choose another',
];

const REASONS: Record<Exclude<BedrockTrouble, Throttled>, Reason> = {
  no_capacity: ['Bedrock is short of capacity. Try again in a moment', { ...AGAIN, after: 10 }],
  failed: ['Bedrock failed inside. Try again', AGAIN],
  model_failed: ['the model failed on this request. Try again, or choose another model', AGAIN],
  broke_off: ['the model failed while it was answering. Try again', AGAIN],
  too_slow: ['the model took longer than Bedrock allows. Try again, or ask for less', AGAIN],
  gone: [
    'Bedrock does not have it in this region, or it has reached its end of life. Choose a current model ' +
      '(aws bedrock list-inference-profiles shows those of the region)',
  ],
  not_subscribed: [
    'access denied: an administrator must subscribe to the model once, by calling it in the Bedrock console',
  ],
  forbidden: [
    'access denied by a policy of the organization or the role: it may exclude the model or one of its regions',
  ],
  not_allowed: [
    'access denied: the credentials in use need bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream ' +
      'on the inference profile and on each model that it lists',
  ],
  not_granted: [
    'access denied: the model access must be granted: open the model in the Bedrock console of this region (Anthropic asks for a form)',
  ],
  profile_only: [
    'it is served through inference profiles only: use an inference profile, whose id begins with global. or the ' +
      "region's letters, such as us. or eu. (aws bedrock list-inference-profiles)",
  ],
  too_long: ["the text does not fit into the model's window", { tooLong: true }],
  unknown_model: [
    'Bedrock knows no model of this id in this region: check it with aws bedrock list-inference-profiles',
  ],
  no_tools: UNSUITABLE,
  unsupported: UNSUITABLE,
  refused: ["Bedrock refused the request; the server's log has its reason. Choose another model"],
};

type Throttled = 'throttled' | 'day_used_up' | 'loading';

function isThrottled(trouble: BedrockTrouble | undefined): trouble is Throttled {
  return trouble === 'throttled' || trouble === 'day_used_up' || trouble === 'loading';
}

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'the connection to Bedrock was refused: check the endpoint',
  ENOTFOUND: "Bedrock's host name is unknown: check region, endpoint and DNS",
  EAI_AGAIN: "Bedrock's host name could not be looked up: check DNS",
  ECONNRESET: 'the connection to Bedrock broke off. Try again',
  EPIPE: 'the connection to Bedrock broke off. Try again',
  ETIMEDOUT:
    'Bedrock did not answer: check the network, the VPC endpoint bedrock-runtime and its security group',
  // Through a proxy (undici's words).
  EPROXY: 'the proxy refuses the connection to Bedrock: check HTTPS_PROXY',
  UND_ERR_SOCKET: 'the connection to Bedrock broke off. Try again',
  UND_ERR_HEADERS_TIMEOUT: 'Bedrock did not answer: check the network and the proxy',
  UND_ERR_BODY_TIMEOUT: 'the connection to Bedrock broke off. Try again',
};

/**
 * Turns whatever a call threw into a BedrockFailure. Messages of Bedrock are read and never passed on: they name accounts
 * and roles.
 */
export function bedrockFailure(error: unknown, model: string): BedrockFailure {
  if (error instanceof BedrockFailure) return error;
  const facts = factsOf(error);
  const { retryAfter } = facts;
  const before = BEFORE[facts.name];
  const trouble = before === undefined ? bedrockTrouble(facts) : undefined;
  if (isThrottled(trouble)) return throttled(error, model, trouble, retryAfter);
  const [text, how = {}] = before ?? (trouble === undefined ? onTheWay(facts) : REASONS[trouble]);
  const after = retryAfter ?? how.after;
  const told = new ServiceError('model_failed', `${model}: ${text}`, {
    cause: error,
    ...(after === undefined ? {} : { retryAfter: after }),
  });
  return new BedrockFailure(told, { ...how, asked: retryAfter });
}

function onTheWay({ message, code }: { message: string; code: string }): Reason {
  if (/region is missing/i.test(message)) {
    return ['there is no region: set AWS_REGION, or a region in the AWS profile'];
  }
  if (NETWORK[code] !== undefined) return [NETWORK[code], AGAIN];
  // A stream that ends inside a message, or whose bytes do not add up.
  if (/truncated event message|checksum|premature|aborted/i.test(message)) {
    return ['the connection to Bedrock broke off. Try again', AGAIN];
  }
  return ["the call failed in a way that is not known here; the server's log has it"];
}

function throttled(
  cause: unknown,
  model: string,
  trouble: Throttled,
  asked: number | undefined,
): BedrockFailure {
  // A day's tokens do not come back within a request.
  if (trouble === 'day_used_up') {
    const text = `the account's tokens a day for ${model} are used up. Ask AWS for a higher quota, or choose another model`;
    return new BedrockFailure(new ServiceError('model_throttled', text, { cause, retryAfter: 3600 }));
  }
  const subject = trouble === 'loading' ? `${model} is still being loaded` : `too many requests for ${model}`;
  const text = `${subject}. Try again in a moment; if it stays so, ask AWS for a higher quota of Bedrock`;
  const told = new ServiceError('model_throttled', text, { cause, retryAfter: asked ?? RETRY_AFTER });
  return new BedrockFailure(told, { retry: true, asked });
}

function factsOf(error: unknown) {
  const bag = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    message?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Record<string, string> };
  };
  const seconds = Number(bag.$response?.headers?.['retry-after']);
  return {
    name: String(bag.name ?? ''),
    message: String(bag.message ?? ''),
    code: String(bag.code ?? ''),
    status: bag.$metadata?.httpStatusCode,
    retryAfter: seconds > 0 ? Math.ceil(seconds) : undefined,
  };
}
