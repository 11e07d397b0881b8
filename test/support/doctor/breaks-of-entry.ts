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

function stackStatus(stage: SickStage, status: string): void {
  stage.behind.answer('cloudformation:DescribeStacks', (call) =>
    stage.behind.answers.changed(['cloudformation', 'DescribeStacks'], call, (body) =>
      body.replace(/<StackStatus>\w+</, `<StackStatus>${status}<`),
    ),
  );
}

/** Of who asks, the stack, the key and its quota. */
export const BREAKS_OF_ENTRY: Break[] = [
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
    cause: 'stack-stuck',
    check: 'stack',
    how: 'a rollback of the stack failed',
    by: 'answer',
    make: (stage) => stackStatus(stage, 'UPDATE_ROLLBACK_FAILED'),
    repair: 'lifted',
  },
  {
    cause: 'half-deployed',
    check: 'stack',
    how: 'the first deployment failed',
    by: 'answer',
    make: (stage) => stackStatus(stage, 'ROLLBACK_COMPLETE'),
    repair: 'lifted',
  },
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
    make: (stage) => stackStatus(stage, 'UPDATE_ROLLBACK_COMPLETE'),
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
