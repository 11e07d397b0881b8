import { CliError, credentialsError, failed, systemReason, unfinished, usageError } from '../errors.ts';

/** What was being done when a call failed. */
export interface AwsCall {
  /** As people know it: "CloudFormation". */
  service: string;
  /** The IAM action, such as `cloudformation:DescribeStacks`: what to allow where it is denied. */
  action: string;
  profile?: string | undefined;
  region?: string | undefined;
}

/** What every service's failures have in common. A service's own errors are matched in its adapter, before this. */
export function awsError(error: unknown, call: AwsCall): unknown {
  if (error instanceof CliError) return error;
  const { name, message, status } = factsOf(error);
  return (
    credentialsProblem(error, call) ??
    denied(error, call) ??
    networkProblem(error, call.service) ??
    busy(error, call) ??
    (status === undefined
      ? error
      : failed('aws_refused', `${call.service} refused ${operationOf(call)}: ${message || name}`, [], error))
  );
}

/** Missing, expired or refused credentials, and regions that are none; undefined for other failures. */
export function credentialsProblem(
  error: unknown,
  { service, profile, region }: AwsCall,
): CliError | undefined {
  const { name, message } = factsOf(error);
  if (/region not accepted/i.test(message) && region !== undefined) {
    return usageError(`${JSON.stringify(region)} is no AWS region`, ['regions look like eu-central-1']);
  }
  if (/region (is missing|not accepted)/i.test(message)) return noRegion();
  const flag = profile === undefined || profile === 'default' ? '' : ` --profile ${shellWord(profile)}`;
  // The first is in all that the SDK says of such a session, the second is what the service says.
  if (/aws sso login|session token not found or invalid/i.test(message)) {
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
    SKEWED.test(name) ||
    (/^(InvalidSignature|SignatureDoesNotMatch)/.test(name) && /not yet current|expired/i.test(message))
  ) {
    return credentialsError(
      "AWS refuses the signature because this machine's clock is wrong",
      ['set the clock: timedatectl set-ntp true, or the date and time settings of the system'],
      'clock_skew',
    );
  }
  if (UNKNOWN_CREDENTIALS.test(name)) {
    return credentialsError(`AWS does not accept these credentials: ${message}`, [
      'see which ones are used: aws sts get-caller-identity',
      ...(region === undefined
        ? []
        : [`or the region ${region} is not enabled for the account: aws account list-regions`]),
    ]);
  }
  if (!/^(CredentialsProviderError|TokenProviderError)$/.test(name)) return undefined;
  const found = /could not (load|find)|no (providers|credentials)|could not be found/i.test(message);
  return credentialsError(
    found && profile === undefined
      ? `there are no AWS credentials, and ${service} needs some`
      : found
        ? `no AWS credentials can be had from the profile ${profile}`
        : `no AWS credentials: ${message}`,
    [
      ...(profile === undefined
        ? ['add --profile NAME']
        : [`see which profiles there are: aws configure list-profiles`]),
      `for a profile with SSO, run: aws sso login${flag || ' --profile NAME'}`,
      `or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY${service === 'Bedrock' ? ', or AWS_BEARER_TOKEN_BEDROCK' : ''}`,
    ],
    'no_credentials',
  );
}

/** A clock that is minutes off ("RequestTimeTooSkewed" of S3, and what the others say). */
const SKEWED = /^(RequestTimeTooSkewed|RequestInTheFuture)/;

const UNKNOWN_CREDENTIALS =
  /^(UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|InvalidClientTokenId|InvalidAccessKeyId|AuthFailure|IncompleteSignature\w*|MissingAuthenticationToken\w*)$/;

export function noRegion(): CliError {
  return usageError(
    'no AWS region is set',
    ['add --region, such as --region eu-central-1', 'or set AWS_REGION'],
    'no_region',
  );
}

/** Whether the credentials lack the permission. */
export function isDenied(error: unknown): boolean {
  const { name, status } = factsOf(error);
  return (
    /^(AccessDenied|UnauthorizedOperation|AuthorizationError|Forbidden|NotAuthorized)/.test(name) ||
    status === 403
  );
}

/** Code of the error for an action that the credentials do not allow; exit code 3. */
export const ACCESS_DENIED = 'access_denied';

function denied(error: unknown, call: AwsCall): CliError | undefined {
  if (!isDenied(error)) return undefined;
  return mayNot(deniedAction(error) ?? call.action, /explicit deny/i.test(factsOf(error).message));
}

/**
 * The error for an action that the credentials do not allow.
 * @param forbidden a policy denies it outright: allowing it elsewhere does not help
 */
export function mayNot(action: string, forbidden = false): CliError {
  return credentialsError(
    `these credentials may not do ${action}`,
    [
      forbidden
        ? 'a policy forbids it outright: ask who owns the account'
        : `allow ${action}; docs/permissions holds policies for operators, readers and deployers`,
      'see which credentials are used: aws sts get-caller-identity',
    ],
    ACCESS_DENIED,
  );
}

/** The action that AWS names as the one that is missing: it can be another than the one called. */
function deniedAction(error: unknown): string | undefined {
  return /perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(factsOf(error).message)?.[1];
}

/** A connection that failed or was cut; undefined for other failures. */
export function networkProblem(error: unknown, service: string): CliError | undefined {
  const code = String((error as { code?: unknown }).code ?? '');
  const reason = systemReason(error) ?? (code.startsWith('UND_ERR') ? (error as Error).message : undefined);
  const broken = /truncated event message|checksum|premature|terminated/i.test(
    (error as Error).message ?? '',
  );
  if (broken) return unfinished('cut_short', `the connection to ${service} was cut`, ['try again'], error);
  if (reason === undefined) return undefined;
  return unfinished(
    'unreachable',
    `cannot reach ${service}: ${reason}`,
    ['check --region, the network and the proxy'],
    error,
  );
}

function busy(error: unknown, call: AwsCall): CliError | undefined {
  const { name, message, status } = factsOf(error);
  if (/Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/.test(name) || status === 429) {
    return unfinished(
      'throttled',
      `${call.service} is asked too often from this account, also after several tries of ${operationOf(call)}`,
      ['try again in a minute: nothing was lost'],
      error,
    );
  }
  if ((status ?? 0) < 500) return undefined;
  return unfinished(
    'aws_unavailable',
    `${call.service} failed at ${operationOf(call)}: ${message || name}`,
    ['try again', 'if it goes on: https://health.aws.amazon.com'],
    error,
  );
}

/** Operation of an action: "DescribeStacks". */
function operationOf({ action }: AwsCall): string {
  return action.slice(action.indexOf(':') + 1);
}

/** A word as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What the SDK says of a failure: its name, its message and the status of the answer, where there was one. */
export function factsOf(error: unknown) {
  const { name, message, $metadata } = (error ?? {}) as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return { name: String(name ?? ''), message: String(message ?? ''), status: $metadata?.httpStatusCode };
}
