import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  APIGatewayClient,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { CredentialProvider } from '../../../src/aws/connection.ts';
import type { Cause } from '../../../src/doctor/causes.ts';
import { setEnvironment } from '../environment.ts';
import { random } from './aws-behind.ts';
import type { Break } from './break.ts';
import type { SickStage } from './sick-stage.ts';

const gateway = (stage: SickStage) => stage.emulator.client(APIGatewayClient);
const secrets = (stage: SickStage) => stage.emulator.client(SecretsManagerClient);
let kept = '';

/** All calls are refused so. */
function refuseAll(stage: SickStage, code: string, message: string): void {
  stage.behind.answer('sts:GetCallerIdentity', (call) =>
    stage.behind.answers.refusal(['sts', 'GetCallerIdentity'], call, {
      code,
      message,
      status: 403,
      common: true,
    }),
  );
}

/** What CloudFormation tells of the last change of the stack: what failed first, and what fell with it. */
function failedEvents(stage: SickStage): void {
  const event = (id: string, type: string, status: string, reason: string) =>
    `<member><StackId>arn:aws:cloudformation:eu-central-1:123456789012:stack/mcp-dev/${random(8)}</StackId><EventId>${random(8)}</EventId><StackName>mcp-dev</StackName><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${random(4)}</PhysicalResourceId><ResourceType>${type}</ResourceType><Timestamp>${new Date().toISOString()}</Timestamp><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${reason}</ResourceStatusReason></member>`;
  const events = [
    event('TaskRole', 'AWS::IAM::Role', 'UPDATE_FAILED', 'Resource update cancelled'),
    event(
      'Service',
      'AWS::ECS::Service',
      'UPDATE_FAILED',
      'Resource handler returned message: &quot;the tasks did not become steady&quot; (RequestToken: 1, HandlerErrorCode: NotStabilized)',
    ),
  ];
  stage.behind.answer('cloudformation:DescribeStackEvents', (call) =>
    stage.behind.answers.query(
      ['cloudformation', 'DescribeStackEvents'],
      call,
      `<StackEvents>${events.join('')}</StackEvents>`,
    ),
  );
}

function stackStatus(stage: SickStage, status: string): void {
  stage.behind.answer('cloudformation:DescribeStacks', (call) =>
    stage.behind.answers.changed(['cloudformation', 'DescribeStacks'], call, (body) =>
      body.replace(/<StackStatus>\w+</, `<StackStatus>${status}<`),
    ),
  );
}

/** Credentials are those of a profile of such a file. */
function profile(cause: Cause, how: string, lines: string): Break {
  let folder = '';
  let restore: () => void;
  return {
    cause,
    check: 'credentials',
    how,
    by: 'machine',
    async make(stage) {
      folder = await mkdtemp(join(tmpdir(), 'mcp-s3-doctor-'));
      const [config, credentials] = [join(folder, 'config'), join(folder, 'credentials')];
      await writeFile(config, lines);
      restore = setEnvironment({ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials });
      stage.credentials = defaultProvider({ profile: 'team', ignoreCache: true }) as CredentialProvider;
    },
    repair: 'lifted',
    async lift() {
      restore();
      await rm(folder, { recursive: true });
    },
  };
}

function stackIn(cause: Cause, how: string, status: string): Break {
  const make = (stage: SickStage) => {
    stackStatus(stage, status);
    failedEvents(stage);
  };
  return { cause, check: 'stack', how, by: 'answer', make, repair: 'lifted' };
}

/** Of who asks, the stack, the key and its quota. */
export const BREAKS_OF_ENTRY: Break[] = [
  {
    cause: 'aws-unreachable',
    check: 'credentials',
    how: 'connections to AWS are cut',
    by: 'answer',
    make: (stage) => stage.behind.answer(/./, () => 'cut'),
    repair: 'lifted',
  },
  profile(
    'no-credentials',
    'the profile that is named has no credentials',
    '[profile other]\nregion = eu-central-1\n',
  ),
  profile(
    'sso-login',
    'nobody has logged in to the SSO session of the profile',
    `[profile team]
sso_session = doctor
sso_account_id = 123456789012
sso_role_name = reader
region = eu-central-1
[sso-session doctor]
sso_start_url = https://${random(8)}.awsapps.com/start
sso_region = eu-central-1
`,
  ),
  profile(
    'aws-login',
    'nobody has logged in to the login session of the profile',
    `[profile team]
login_session = arn:aws:iam::123456789012:user/${random(8)}
region = eu-central-1
`,
  ),
  {
    cause: 'expired-credentials',
    check: 'credentials',
    how: 'the session has expired',
    by: 'answer',
    make: (stage) =>
      refuseAll(stage, 'ExpiredToken', 'The security token included in the request is expired'),
    repair: 'lifted',
  },
  {
    cause: 'clock-skew',
    check: 'credentials',
    how: 'the clock of the machine is wrong',
    by: 'answer',
    make: (stage) =>
      refuseAll(
        stage,
        'SignatureDoesNotMatch',
        'Signature expired: 20261124T100000Z is now earlier than 20261124T114500Z (20261124T120000Z - 15 min.)',
      ),
    repair: 'lifted',
  },
  {
    cause: 'credentials',
    check: 'credentials',
    how: 'the access key was deleted',
    by: 'answer',
    make: (stage) =>
      refuseAll(stage, 'InvalidClientTokenId', 'The security token included in the request is invalid.'),
    repair: 'lifted',
  },
  {
    cause: 'not-deployed',
    check: 'stack',
    how: 'the stage is deployed in another region',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('cloudformation:DescribeStacks', (call) =>
        stage.behind.answers.refusal(['cloudformation', 'DescribeStacks'], call, {
          code: 'ValidationError',
          message: 'Stack with id mcp-dev does not exist',
          status: 400,
          common: true,
        }),
      ),
    repair: 'lifted',
  },
  {
    cause: 'not-ours',
    check: 'stack',
    how: 'a stack of somebody else has the name',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('cloudformation:DescribeStacks', (call) =>
        stage.behind.answers.changed(['cloudformation', 'DescribeStacks'], call, (body) =>
          body.replaceAll('mcp-s3:stage', 'team'),
        ),
      ),
    repair: 'lifted',
  },
  stackIn('still-deploying', 'the first deployment goes on', 'CREATE_IN_PROGRESS'),
  stackIn('being-destroyed', 'the stage is being destroyed', 'DELETE_IN_PROGRESS'),
  stackIn('half-destroyed', 'destroying the stage stopped halfway', 'DELETE_FAILED'),
  stackIn('stack-stuck', 'a rollback of the stack failed', 'UPDATE_ROLLBACK_FAILED'),
  stackIn('half-deployed', 'the first deployment failed', 'ROLLBACK_COMPLETE'),
  {
    cause: 'stack-changing',
    check: 'stack',
    state: 'notice',
    how: 'a deployment goes on',
    by: 'answer',
    make: (stage) => stackStatus(stage, 'UPDATE_IN_PROGRESS'),
    repair: 'lifted',
  },
  {
    cause: 'rolled-back',
    check: 'stack',
    state: 'notice',
    how: 'the last deployment was rolled back',
    by: 'answer',
    make(stage) {
      stackStatus(stage, 'UPDATE_ROLLBACK_COMPLETE');
      failedEvents(stage);
    },
    repair: 'lifted',
  },
  {
    cause: 'key-disabled',
    check: 'key',
    how: 'the API key is disabled',
    by: 'emulator',
    async make(stage) {
      const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: 'false' }];
      const apiKey = stage.stage.outputs.ApiKeyIdA!;
      await gateway(stage).send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
    },
    repair: 'both',
  },
  {
    cause: 'key-without-plan',
    check: 'key',
    how: 'the API key is taken off its usage plan',
    by: 'emulator',
    async make(stage) {
      const { ApiKeyIdA: keyId, UsagePlanId: usagePlanId } = stage.stage.outputs;
      await gateway(stage).send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
    },
    repair: 'line',
  },
  {
    cause: 'key-rotated-elsewhere',
    check: 'key',
    how: "the key's secret gets another value",
    by: 'emulator',
    async make(stage) {
      const SecretId = stage.stage.outputs.ApiKeySecretArnA;
      const { SecretString } = await secrets(stage).send(new GetSecretValueCommand({ SecretId }));
      kept = SecretString!;
      await secrets(stage).send(new PutSecretValueCommand({ SecretId, SecretString: 'x'.repeat(40) }));
    },
    repair: 'lifted',
    async lift(stage) {
      const SecretId = stage.stage.outputs.ApiKeySecretArnA;
      await secrets(stage).send(new PutSecretValueCommand({ SecretId, SecretString: kept }));
    },
  },
  {
    cause: 'key-secret-deleted',
    check: 'key',
    how: "the key's secret is deleted",
    by: 'emulator',
    async make(stage) {
      await secrets(stage).send(new DeleteSecretCommand({ SecretId: stage.stage.outputs.ApiKeySecretArnA }));
    },
    repair: 'lifted',
    async lift(stage) {
      await secrets(stage).send(new RestoreSecretCommand({ SecretId: stage.stage.outputs.ApiKeySecretArnA }));
    },
  },
  {
    cause: 'quota-used-up',
    check: 'quota',
    how: "the key has used the day's quota",
    by: 'answer',
    make: (stage) => {
      stage.behind.used = 1000;
    },
    repair: 'lifted',
  },
];

export const KEY_DELETED: Break = {
  cause: 'key-deleted',
  check: 'key',
  how: 'the API key is deleted',
  by: 'emulator',
  async make(stage) {
    await gateway(stage).send(new DeleteApiKeyCommand({ apiKey: stage.stage.outputs.ApiKeyIdA }));
  },
  repair: 'no',
};
