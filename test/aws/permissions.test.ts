import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreatePolicyCommand, DeletePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { clientConfig } from '../../src/aws/connection.ts';
import type { Emulator } from '../support/aws/emulator.ts';
import { liftLimits } from '../support/aws/gateway.ts';
import { createUser, type Identity } from '../support/aws/identities.ts';
import { asEmulated, readPolicy } from '../support/aws/permissions.ts';
import { type ServedStage, startServedStage } from '../support/aws/served-stage.ts';
import type { WholeStage } from '../support/aws/whole-stage.ts';

import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

describe('docs/permissions', function () {
  this.timeout(180_000);
  let served: ServedStage;
  let emulator: Emulator;
  let stage: WholeStage;
  let home: CliHome;
  let reader: Identity;
  let operator: Identity;
  before(async () => {
    served = await startServedStage();
    ({ emulator, stage } = served);
    await liftLimits(emulator, stage);
    home = await createCliHome();
    reader = await createUser(emulator, 'reader', asEmulated(await readPolicy('reader')));
    const both = await readPolicy('reader', 'operator');
    operator = await createUser(emulator, 'operator', asEmulated(both));
    const object = { Bucket: stage.ids.Bucket!, Key: 'a.txt', Body: 'Rain fell on the harbour.' };
    await emulator.client(S3Client).send(new PutObjectCommand(object));
  });
  after(async () => {
    await served?.close();
    await removeCliHome(home);
  });

  const run = (identity: Identity, args: string[], stdin?: string) =>
    runCli(args, { home, env: emulator.env(identity.keys), ...(stdin === undefined ? {} : { stdin }) });

  for (const name of ['reader', 'operator', 'deployer']) {
    it(`has a policy for a ${name} that IAM takes`, async () => {
      const document = JSON.stringify(await readPolicy(name));
      // IAM and STS quotas: characters of a managed policy, without white space.
      expect(document.length).to.be.below(6144);
      const iam = emulator.client(IAMClient);
      const { Policy: made } = await iam.send(
        new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document }),
      );
      await iam.send(new DeletePolicyCommand({ PolicyArn: made!.Arn! }));
    });
  }

  const READS = [
    ['outputs'],
    ['outputs', 'api_key'],
    ['status'],
    ['files'],
    ['summarize', 'a.txt'],
    ['logs', '--since', '1h'],
    ['alarms'],
    ['alarms', '--history'],
    ['metrics'],
    ['key', 'show'],
    ['key', 'list'],
    ['cost'],
    ['connect', 'generic'],
  ];
  for (const args of READS) {
    it(`lets a reader run ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(reader, args);
      expect(code, stderr).to.equal(0);
      // What may not be looked at is told as a warning, or in the report itself.
      expect(stderr + stdout).not.to.match(/may not do|could.not.look/i);
    });
  }

  it('has the status say what a reader may not look at', async () => {
    const blind = await createUser(emulator, 'blind', {
      Version: '2012-10-17',
      Statement: [
        ...asEmulated(await readPolicy('reader')).Statement,
        { Effect: 'Deny', Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
      ],
    });
    const { code, stdout, stderr } = await run(blind, ['status']);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/could not look +alarms: these credentials may not do cloudwatch:DescribeAlarms/);
    expect(stdout).to.match(/tasks running/);
  });

  const WRITES: [string[], string?][] = [
    [['upload', '-', '--key', 'b.txt'], 'text'],
    [['key', 'create', 'ann']],
    [['key', 'revoke', 'ann']],
  ];
  for (const [args, stdin] of WRITES) {
    it(`lets an operator run ${args.join(' ')}, and no reader`, async () => {
      const denied = await run(reader, args, stdin);
      expect(denied.code, denied.stderr).not.to.equal(0);
      expect(denied.stderr).to.match(/these credentials may not do/);
      const { code, stderr } = await run(operator, args, stdin);
      expect(code, stderr).to.equal(0);
    });
  }

  it('lets an operator ring alarms of stages, and no reader and no other alarms', async () => {
    const ring = async ({ keys }: Identity, AlarmName: string) => {
      const client = new CloudWatchClient(clientConfig(emulator.connection(keys), 'CLOUDWATCH'));
      const command = new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'test' });
      return await client.send(command).then(
        () => 'rung',
        ({ name }) => name,
      );
    };
    expect(await ring(operator, 'mcp-dev-5xx')).to.equal('rung');
    expect(await ring(operator, 'other')).to.match(/AccessDenied/);
    expect(await ring(reader, 'mcp-dev-5xx')).to.match(/AccessDenied/);
  });

  it('lets neither destroy anything', async () => {
    for (const identity of [reader, operator]) {
      emulator.proxy.reset();
      const { code } = await run(identity, ['destroy', '--confirm', 'dev']);
      expect(code).to.equal(3);
      expect(emulator.proxy.count(/:(Delete|Abort|Disable|DELETE)/)).to.equal(0);
    }
  });
});
