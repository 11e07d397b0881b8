import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { allow, createRole } from '../support/aws/identities.ts';
import { differences, type Inventory, takeInventory } from '../support/aws/inventory.ts';

describe('the inventory of an account', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let first: Inventory;
  before(async () => {
    emulator = await startEmulator();
    first = await takeInventory(emulator);
  });
  after(() => emulator.close());

  it('asks every service that we use', () => {
    const services = new Set(Object.keys(first).map((call) => call.split(':')[0]));
    const ours =
      'apigateway apigatewayv2 cloudformation cloudwatch ec2 ecr ecs elbv2 events iam lambda logs s3 secretsmanager sns sqs';
    expect([...services]).to.include.members(ours.split(' '));
  });

  it('finds nothing where nothing was made', async () => {
    expect(differences(first, await takeInventory(emulator, first))).to.deep.equal([]);
  });

  it('finds what was made, also a secret that only waits to be deleted', async () => {
    const logs = emulator.client(CloudWatchLogsClient);
    const secrets = emulator.client(SecretsManagerClient);
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/left/behind' }));
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'waiting', SecretString: 'x' }));
    await secrets.send(new DeleteSecretCommand({ SecretId: ARN, RecoveryWindowInDays: 7 }));
    const role = await createRole(emulator, 'left', allow('*'));
    const found = differences(first, await takeInventory(emulator, first)).join('\n');
    expect(found).to.match(/\+ logs:DescribeLogGroups .*\/left\/behind/);
    expect(found).to.match(/\+ secretsmanager:ListSecrets .*waiting/);
    expect(found).to.match(/\+ iam:ListRoles .*role\/left/);

    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/left/behind' }));
    await secrets.send(new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }));
    await role.remove();
    expect(differences(first, await takeInventory(emulator, first))).to.deep.equal([]);
  });
});
