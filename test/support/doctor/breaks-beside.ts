import type { Cause } from '../../../src/doctor/causes.ts';
import type { Break } from './break.ts';
import { EMAIL, type SickStage } from './sick-stage.ts';

function subscriptions(stage: SickStage, change: (body: string) => string): void {
  stage.behind.answer('sns:ListSubscriptionsByTopic', (call) =>
    stage.behind.answers.changed(['sns', 'ListSubscriptionsByTopic'], call, change),
  );
}

function modelRefuses(cause: Cause, how: string, code: string, message: string, status: number): Break {
  return {
    cause,
    check: 'model',
    how,
    by: 'answer',
    make: (stage) =>
      stage.behind.answer(/^bedrock:POST .*converse$/, (call) =>
        stage.behind.answers.refusal(['bedrock-runtime', 'Converse'], call, { code, message, status }),
      ),
    repair: 'lifted',
  };
}

/** Of the endpoint, the model, the account, the mail and the template. */
export const BREAKS_BESIDE: Break[] = [
  {
    cause: 'endpoint-unreachable',
    check: 'endpoint',
    how: 'the connection to API Gateway is cut',
    by: 'answer',
    make: (stage) => {
      stage.behind.health = 'cut';
    },
    repair: 'lifted',
  },
  ...([403, 404, 429, 500, 504] as const).map(
    (status): Break => ({
      cause: `endpoint-${status}`,
      check: 'endpoint',
      how: `API Gateway answers ${status}, and all on the way is well`,
      by: 'answer',
      make: (stage) => {
        stage.behind.health = status;
      },
      repair: 'lifted',
    }),
  ),
  modelRefuses(
    'model-access-denied',
    'access to the model is not open',
    'AccessDeniedException',
    "You don't have access to the model with the specified model ID.",
    403,
  ),
  modelRefuses(
    'unknown-model',
    'the region does not have the model',
    'ValidationException',
    'The provided model identifier is invalid.',
    400,
  ),
  modelRefuses(
    'inference-profile',
    'the model is only to be had through an inference profile',
    'ValidationException',
    'Invocation of model ID amazon.nova-2-lite-v1:0 with on-demand throughput isn’t supported.',
    400,
  ),
  modelRefuses(
    'model-refused',
    'the model does not take the request',
    'ValidationException',
    'The model returned the following errors: Malformed input request',
    400,
  ),
  modelRefuses(
    'model-throttled',
    "the account's tokens of the day are used up",
    'ThrottlingException',
    'Too many tokens per day, please wait before trying again.',
    429,
  ),
  modelRefuses(
    'model-failed',
    'the model fails',
    'ModelErrorException',
    'The model encountered an unexpected error.',
    424,
  ),
  {
    cause: 'account-role-missing',
    check: 'account-role',
    how: 'API Gateway has no role for its logs',
    by: 'answer',
    make: (stage) => {
      stage.behind.accountRole = undefined;
    },
    repair: 'lifted',
  },
  {
    cause: 'no-mail',
    check: 'mail',
    state: 'notice',
    how: 'the stage was deployed without --email',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('cloudformation:DescribeStacks', (call) =>
        stage.behind.answers.changed(['cloudformation', 'DescribeStacks'], call, (body) =>
          body.replace(EMAIL, ''),
        ),
      ),
    repair: 'lifted',
  },
  {
    cause: 'mail-not-confirmed',
    check: 'mail',
    state: 'notice',
    how: 'the mail of the subscription is not answered',
    by: 'answer',
    make: (stage) =>
      subscriptions(stage, (body) =>
        body.replace(/<SubscriptionArn>[^<]*</, '<SubscriptionArn>PendingConfirmation<'),
      ),
    repair: 'lifted',
  },
  {
    cause: 'mail-unsubscribed',
    check: 'mail',
    state: 'notice',
    how: 'the mail address is unsubscribed',
    by: 'answer',
    make: (stage) => subscriptions(stage, (body) => body.replaceAll(EMAIL, 'other@example.com')),
    repair: 'lifted',
  },
  {
    cause: 'drift',
    check: 'drift',
    state: 'notice',
    how: 'the memory of the task definition is changed by hand',
    by: 'answer',
    make: (stage) => {
      stage.behind.drifted = [
        { id: 'TargetGroup', status: 'MODIFIED', paths: ['/HealthCheckIntervalSeconds'] },
      ];
    },
    repair: 'lifted',
  },
];
