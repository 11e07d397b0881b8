import { expect } from 'chai';
import { awsError } from '../../src/aws/aws-error.ts';
import { CliError } from '../../src/errors.ts';

const CALL = { service: 'ECS', action: 'ecs:DescribeServices', region: 'eu-central-1', profile: 'work team' };

/** An error as the SDK makes it. */
const sdkError = (name: string, message: string, status?: number) =>
  Object.assign(new Error(message), { name, ...(status && { $metadata: { httpStatusCode: status } }) });

describe('failures of AWS', () => {
  const refresh = "To refresh this SSO session run 'aws sso login' with the corresponding profile.";
  const user =
    'User: arn:aws:iam::123456789012:user/ann is not authorized to perform: iam:PassRole on resource';
  const cases: [what: string, error: Error, exit: number, code: string, words: RegExp][] = [
    [
      'an SSO session that has expired',
      sdkError(
        'CredentialsProviderError',
        `The SSO session associated with this profile has expired. ${refresh}`,
      ),
      3,
      'sso_login',
      /SSO session has expired[\s\S]*run: aws sso login --profile 'work team'$/,
    ],
    [
      'an SSO token that was never there',
      sdkError(
        'TokenProviderError',
        `The SSO session token associated with profile=work was not found. ${refresh}`,
      ),
      3,
      'sso_login',
      /aws sso login/,
    ],
    [
      'an SSO session that was ended elsewhere',
      sdkError('CredentialsProviderError', 'UnauthorizedException: Session token not found or invalid'),
      3,
      'sso_login',
      /aws sso login/,
    ],
    [
      'a login that has expired',
      sdkError('CredentialsProviderError', 'Your session has expired. Please reauthenticate.'),
      3,
      'aws_login',
      /the login to AWS has expired[\s\S]*run: aws login --profile 'work team'$/,
    ],
    [
      'a profile that is not complete',
      sdkError('CredentialsProviderError', 'Profile is configured with invalid SSO credentials.'),
      3,
      'no_credentials',
      /no AWS credentials: Profile is configured with invalid SSO credentials/,
    ],
    [
      'temporary keys that have expired',
      sdkError('ExpiredTokenException', 'The security token included in the request is expired', 403),
      3,
      'expired_credentials',
      /credentials have expired/,
    ],
    [
      'a clock that is wrong',
      sdkError('InvalidSignatureException', 'Signature not yet current: 20261124T1', 403),
      3,
      'clock_skew',
      /this machine's clock is wrong/,
    ],
    [
      'the clock as S3 sees it',
      sdkError('RequestTimeTooSkewed', 'The difference between the request time and the current time', 403),
      3,
      'clock_skew',
      /clock/,
    ],
    [
      'keys that nobody knows, or a region that is off',
      sdkError('UnrecognizedClientException', 'The security token included in the request is invalid.', 400),
      3,
      'credentials',
      /does not accept these credentials[\s\S]*the region eu-central-1 is not enabled/,
    ],
    [
      'a region that is none',
      sdkError('Error', 'Region not accepted: region="here" is not a valid hostname component.'),
      2,
      'usage',
      /"eu-central-1" is no AWS region/,
    ],
    [
      'another action than the one called that is denied',
      sdkError('AccessDeniedException', user, 400),
      3,
      'access_denied',
      /may not do iam:PassRole[\s\S]*allow iam:PassRole/,
    ],
    [
      'an action that a policy denies outright',
      sdkError('AccessDeniedException', `${user} with an explicit deny in a service control policy`, 400),
      3,
      'access_denied',
      /a policy forbids it outright/,
    ],
    [
      'an action that is denied without its name',
      sdkError('Forbidden', '', 403),
      3,
      'access_denied',
      /may not do ecs:DescribeServices/,
    ],
    [
      'too many requests',
      sdkError('ThrottlingException', 'Rate exceeded', 400),
      5,
      'throttled',
      /ECS is asked too often .* DescribeServices/,
    ],
    [
      'AWS itself',
      sdkError('InternalFailure', 'oops', 500),
      5,
      'aws_unavailable',
      /ECS failed at DescribeServices: oops/,
    ],
    [
      'a host that is unknown',
      Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
      5,
      'unreachable',
      /cannot reach ECS: the host name is not known/,
    ],
    [
      'a request that AWS refuses',
      sdkError('ClusterNotFoundException', 'Cluster not found.', 400),
      1,
      'aws_refused',
      /ECS refused DescribeServices: Cluster not found/,
    ],
  ];
  for (const [what, error, exit, code, words] of cases) {
    it(`say what is the matter with ${what}`, () => {
      const told = awsError(error, CALL) as CliError;
      expect(told).to.be.instanceOf(CliError);
      expect([told.exitCode, told.code]).to.deep.equal([exit, code]);
      expect([told.message, ...told.suggestions].join('\n')).to.match(words);
    });
  }

  it('pass on what is none of AWS, which is a bug of ours', () => {
    const bug = new TypeError('x is not a function');
    expect(awsError(bug, CALL)).to.equal(bug);
  });
});
