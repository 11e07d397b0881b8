import { noSuchFile, ServiceError } from '../../errors.ts';
import { badCursor } from '../cursor.ts';
import { preconditionFailed, rangeNotSatisfiable } from '../preconditions.ts';

/** What was asked for, to say what failed. */
export interface S3Attempt {
  verb: 'read' | 'read the tags of' | 'look at' | 'store' | 'delete' | 'list';
  key?: string;
  ifMatch?: string | undefined;
  ifNoneMatch?: '*' | undefined;
  rangeStart?: number | undefined;
}

/** The permission that each verb needs, for the remedy. */
const ACTION = {
  read: 's3:GetObject',
  'read the tags of': 's3:GetObjectTagging',
  'look at': 's3:GetObject (and s3:ListBucket, to tell a missing file from a forbidden one)',
  store: 's3:PutObject',
  delete: 's3:DeleteObject',
  list: 's3:ListBucket',
};

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused: check the endpoint and whether its server runs',
  ENOTFOUND: 'the host name is unknown: check endpoint, region and DNS',
  EAI_AGAIN: 'the host name could not be looked up: check DNS',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ETIMEDOUT: 'no answer in time: check network, VPC endpoint and security groups',
  TimeoutError: 'no answer in time: check network, VPC endpoint and security groups',
  // Through a proxy (undici's words).
  EPROXY: 'the proxy refuses the connection: check HTTPS_PROXY, or except S3 with NO_PROXY',
  UND_ERR_SOCKET: 'the connection broke off',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time: check the network and the proxy',
  UND_ERR_BODY_TIMEOUT: 'the connection broke off',
};

const REASONS: Record<string, string> = {
  NoSuchBucket: 'the bucket does not exist: check its name and region',
  PermanentRedirect: 'the bucket is in another region: set the right one',
  AuthorizationHeaderMalformed: 'the bucket is in another region: set the right one',
  InvalidAccessKeyId: 'AWS does not know the access key: check the credentials',
  SignatureDoesNotMatch: 'the secret key is wrong: check the credentials',
  ExpiredToken: 'the credentials have expired: renew them',
  ExpiredTokenException: 'the credentials have expired: renew them',
  CredentialsProviderError: 'no usable AWS credentials were found: set a profile, a role or keys',
  RequestTimeTooSkewed: "this machine's clock is wrong: set it",
  InvalidObjectState: 'the object is archived (Glacier): restore it first',
};

/** Turns an error of the SDK into a ServiceError. The only place that knows the names of S3's errors. */
export function s3Error(error: unknown, attempt: S3Attempt): unknown {
  if (error instanceof ServiceError || !(error instanceof Error) || error.name === 'AbortError') return error;
  const status = statusOf(error);
  const { key = '' } = attempt;
  const what = `cannot ${attempt.verb} ${attempt.key === undefined ? 'the bucket' : JSON.stringify(key)}`;
  const failed = (reason: string, retryAfter?: number) =>
    new ServiceError('storage_failed', `${what}: ${reason}`, {
      cause: error,
      ...(retryAfter !== undefined && { retryAfter }),
    });
  switch (error.name) {
    case 'NoSuchKey':
    case 'NotFound':
      return attempt.verb === 'store' ? preconditionFailed(key, wanted(attempt), error) : noSuchFile(key);
    case 'InvalidRange':
      return rangeNotSatisfiable(key, attempt.rangeStart ?? 0, undefined);
    case 'PreconditionFailed':
    case 'ConditionalRequestConflict':
      return preconditionFailed(key, wanted(attempt), error);
    case 'KeyTooLongError':
      return new ServiceError('bad_request', `${what}: its key is too long`, { cause: error });
    case 'EntityTooLarge':
      return new ServiceError('too_large', `${what}: it is larger than S3 allows`, { cause: error });
    case 'SlowDown':
    case 'RequestLimitExceeded':
    case 'ThrottlingException':
      return failed('S3 asks to slow down. Try again in a moment', 1);
    case 'AccessDenied':
    case 'Forbidden':
      return failed(`access denied. The credentials in use need ${ACTION[attempt.verb]}`);
    case 'InvalidArgument':
      if (attempt.verb === 'list') return badCursor(error);
  }
  // The SDK gives these two no name.
  if (error.message.startsWith('Checksum mismatch'))
    return failed('what arrived does not match its checksum');
  if (/region is missing/i.test(error.message))
    return failed('there is no region: set AWS_REGION, or a region in the AWS profile');
  const reason = REASONS[error.name] ?? networkReason(error);
  if (reason !== undefined) return failed(reason);
  if (status === 404 && attempt.verb !== 'store') return noSuchFile(key);
  if (status === 403) return failed(`access denied. The credentials in use need ${ACTION[attempt.verb]}`);
  if (status === 412 || status === 409) return preconditionFailed(key, wanted(attempt), error);
  if (status === 416) return rangeNotSatisfiable(key, attempt.rangeStart ?? 0, undefined);
  if (status === 507) {
    return new ServiceError('storage_full', `${what}: the storage is full`, { cause: error });
  }
  if (status !== undefined && status >= 500)
    return failed(`S3 answered ${status} (${error.name}). Try again`, 1);
  return status === undefined ? error : failed(`S3 answered ${status} (${error.name})`);
}

/** Whether a body that broke off may be asked for again from where it stood. */
export function isBrokenConnection(error: unknown): boolean {
  return error instanceof Error && (codeOf(error) === 'ECONNRESET' || networkReason(error) !== undefined);
}

function networkReason(error: Error): string | undefined {
  const code = codeOf(error);
  return NETWORK[code] ?? NETWORK[error.name];
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  return (metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
}

function wanted(attempt: S3Attempt): { ifMatch?: string; ifNoneMatch?: '*' } {
  return {
    ...(attempt.ifMatch !== undefined && { ifMatch: attempt.ifMatch }),
    ...(attempt.ifNoneMatch !== undefined && { ifNoneMatch: attempt.ifNoneMatch }),
  };
}
