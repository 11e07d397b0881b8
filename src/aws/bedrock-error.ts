import { CliError, credentialsError, failed, systemReason, unfinished, usageError } from '../errors.ts';

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
    credentials(name, message, call) ??
    refused(name, message, status, call) ??
    invalid(name, message, call) ??
    busy(name, message, status, call) ??
    network(error) ??
    (status === undefined
      ? error
      : failed('model_failed', `Bedrock refused the request: ${message}`, [], error))
  );
}

function credentials(name: string, message: string, { profile, region }: BedrockCall): CliError | undefined {
  if (/region not accepted/i.test(message) && region !== undefined) {
    return usageError(`${JSON.stringify(region)} is no AWS region`, ['regions look like eu-central-1']);
  }
  if (/region (is missing|not accepted)/i.test(message)) {
    return usageError('no AWS region is set', [
      'add --region, such as --region eu-central-1',
      'or set AWS_REGION',
    ]);
  }
  const flag = profile === undefined || profile === 'default' ? '' : ` --profile ${shellWord(profile)}`;
  if (/\bSSO\b/.test(message) && /session|token/i.test(message)) {
    return credentialsError(
      'the SSO session has expired or was never begun',
      [`run: aws sso login${flag}`],
      'sso_login',
    );
  }
  if (/aws login|reauthenticate|[\\/]login[\\/]cache/i.test(message)) {
    return credentialsError('the login to AWS has expired', [`run: aws login${flag}`], 'aws_login');
  }
  if (/ExpiredToken|RequestExpired/.test(name)) {
    return credentialsError(
      'the AWS credentials have expired',
      [`for a profile with SSO, run: aws sso login${flag}`, 'otherwise get new ones where these came from'],
      'expired_credentials',
    );
  }
  if (
    /^(UnrecognizedClientException|InvalidSignatureException|InvalidClientTokenId|IncompleteSignature\w*|MissingAuthenticationToken\w*)$/.test(
      name,
    )
  ) {
    return credentialsError(`AWS does not accept these credentials: ${message}`, [
      'see which ones are used: aws sts get-caller-identity',
    ]);
  }
  if (!/^(CredentialsProviderError|TokenProviderError)$/.test(name)) return undefined;
  const found = /could not (load|find)|no (providers|credentials)|could not be found/i.test(message);
  return credentialsError(
    found && profile === undefined
      ? 'there are no AWS credentials, and Bedrock needs some'
      : found
        ? `no AWS credentials can be had from the profile ${profile}`
        : `no AWS credentials: ${message}`,
    [
      ...(profile === undefined
        ? ['add --profile NAME']
        : [`see which profiles there are: aws configure list-profiles`]),
      `for a profile with SSO, run: aws sso login${flag || ' --profile NAME'}`,
      'or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK',
    ],
    'no_credentials',
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
      'access_denied',
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

function network(error: unknown): CliError | undefined {
  const code = String((error as { code?: unknown }).code ?? '');
  const reason = systemReason(error) ?? (code.startsWith('UND_ERR') ? (error as Error).message : undefined);
  const broken = /truncated event message|checksum|premature|terminated/i.test(
    (error as Error).message ?? '',
  );
  if (broken) return unfinished('cut_short', 'the connection to Bedrock was cut', ['try again'], error);
  if (reason === undefined) return undefined;
  return unfinished(
    'unreachable',
    `cannot reach Bedrock: ${reason}`,
    ['check --region, the network and the proxy'],
    error,
  );
}

function shellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function factsOf(error: unknown) {
  const { name, message, $metadata } = (error ?? {}) as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return { name: String(name ?? ''), message: String(message ?? ''), status: $metadata?.httpStatusCode };
}
