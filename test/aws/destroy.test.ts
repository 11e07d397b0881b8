import { CloudFormationClient, CreateChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateOpenIDConnectProviderCommand,
  CreateServiceLinkedRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { expect } from 'chai';
import { deleteBucket } from '../../src/aws/s3-versions.ts';
import { emptyBucket } from '../../src/stack/destroy/empty-bucket.ts';
import type { AwsCall } from '../support/aws/aws-call.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { xml } from '../support/aws/fault.ts';
import { allow, createRole } from '../support/aws/identities.ts';
import { differences, type Inventory, takeInventory } from '../support/aws/inventory.ts';
import {
  appWith,
  createNamedKey,
  createSmallStage,
  createStack,
  putImage,
  stackStatus,
} from '../support/aws/small-stage.ts';
import { takeBucket } from '../support/aws/taken-bucket.ts';
import { fillBucket, left as leftIn } from '../support/aws/versioned-bucket.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

const { signal } = new AbortController();

describe('destroy on AWS', function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let home: CliHome;
  let empty: Inventory;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    empty = await takeInventory(emulator);
  });
  after(async () => {
    await emulator.close();
    await removeCliHome(home);
  });
  beforeEach(() => emulator.proxy.reset());

  const destroy = (...args: string[]) => runCli(['destroy', ...args], { home, env: emulator.env() });
  const left = async () => differences(empty, await takeInventory(emulator, empty));

  it('leaves nothing of a stage: 2,500 versions, open uploads, keys, images, logs and stacks', async () => {
    const { bucket, artifacts, usagePlan } = await createSmallStage(emulator, 'dev');
    await fillBucket(emulator, bucket, { versions: 2500, uploads: 7 });
    await fillBucket(emulator, artifacts, { versions: 12, uploads: 1 });
    await createNamedKey(emulator, 'dev', 'ann', usagePlan);
    await putImage(emulator, 'dev', ['a', 'b']);
    await emulator
      .client(CloudWatchLogsClient)
      .send(new CreateLogGroupCommand({ logGroupName: '/aws/lambda/mcp-dev-upload' }));
    const { code, stdout, stderr } = await destroy('--confirm', 'dev');
    expect(code, stderr).to.equal(0);
    expect(stdout).to.equal('Destroyed stage dev.\n');
    expect(stderr).to.include(`AWS account ${emulator.account}, region ${emulator.region}`);
    expect(stderr).to.include(`bucket ${bucket}: 2,583 versions of files, 7 unfinished uploads`);
    expect(await left()).to.deep.equal([]);
  });

  it('says so where nothing is there', async () => {
    const { code, stdout, stderr } = await destroy('--stage', 'none');
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '' });
    expect(stderr).to.include('There is nothing to destroy in stage none, AWS account');
  });

  it("leaves a bucket alone that is somebody else's by now, and takes the rest", async () => {
    const { bucket } = await createSmallStage(emulator, 'taken');
    await fillBucket(emulator, bucket, { versions: 30, uploads: 1 });
    const before = await leftIn(emulator, bucket);
    const calls = takeBucket(emulator, bucket);
    const { code, stderr } = await destroy('--stage', 'taken', '--confirm', 'taken');
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include(`bucket ${bucket}: the stage's own is gone`);
    expect(calls.map(({ method }) => method)).to.deep.equal(['HEAD']);
    expect(await leftIn(emulator, bucket)).to.equal(before);
    expect(await stackStatus(emulator, 'mcp-taken')).to.equal(undefined);
    emulator.proxy.reset();
    await emptyBucket(emulator.connection(), bucket, { signal });
    await deleteBucket(emulator.connection(), bucket, signal);
  });

  it('leaves the bucket with --keep-bucket, and never takes it later', async () => {
    const { bucket } = await createSmallStage(emulator, 'kept');
    await fillBucket(emulator, bucket, { versions: 30, uploads: 1 });
    const before = await leftIn(emulator, bucket);
    const args = ['--stage', 'kept', '--confirm', 'kept', '--json'];
    const { code, stdout } = await destroy(...args, '--keep-bucket');
    expect(code, stdout).to.equal(0);
    const { removed, kept } = JSON.parse(stdout);
    expect(kept).to.deep.equal([`bucket ${bucket} with everything in it, as you said`]);
    expect(removed.join()).not.to.include(bucket);
    expect(await stackStatus(emulator, 'mcp-kept')).to.equal(undefined);
    expect(await leftIn(emulator, bucket)).to.equal(before);

    const again = await destroy(...args);
    expect(JSON.parse(again.stdout)).to.deep.equal({
      stage: 'kept',
      removed: [],
      kept: [`bucket ${bucket} of an earlier deployment, which was kept`],
    });
    // A stage whose name begins alike is another one.
    expect(JSON.parse((await destroy('--stage', 'kep', '--json')).stdout).kept).to.deep.equal([]);
    expect(await leftIn(emulator, bucket)).to.equal(before);
    await emptyBucket(emulator.connection(), bucket, { signal });
    await deleteBucket(emulator.connection(), bucket, signal);
    expect(await left()).to.deep.equal([]);
  });

  it('tells what the account shares, and that it costs nothing', async () => {
    const role = await createRole(emulator, 'mcp-s3-api-gateway-logs', allow('logs:*'));
    const iam = emulator.client(IAMClient);
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }));
    await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: 'https://token.actions.githubusercontent.com' }),
    );
    await createSmallStage(emulator, 'dev');
    const { code, stderr } = await destroy('--confirm', 'dev');
    expect(code, stderr).to.equal(0);
    const kept = stderr.slice(stderr.indexOf('Kept:'));
    expect(kept).to.include('role mcp-s3-api-gateway-logs:').and.include('service-linked roles of ECS:');
    expect(kept).to.include('OIDC provider token.actions.githubusercontent.com:');
    expect(kept).to.include('Nothing of what stays costs anything.');
    await role.remove();
  });

  it('takes what is left of a first deployment that failed, and of one that was only reviewed', async () => {
    const cloudFormation = emulator.client(CloudFormationClient);
    const nobody = `arn:aws:lambda:${emulator.region}:${emulator.account}:function:none`;
    const broken = appWith(`  Broken: { Type: Custom::Broken, Properties: { ServiceToken: '${nobody}' } }\n`);
    await createStack(emulator, 'mcp-wreck', 'wreck', broken).catch(() => {});
    expect(await stackStatus(emulator, 'mcp-wreck')).to.equal('ROLLBACK_COMPLETE');
    await cloudFormation.send(
      new CreateChangeSetCommand({
        StackName: 'mcp-review',
        ChangeSetName: 'mcp-s3-1234',
        ChangeSetType: 'CREATE',
        TemplateBody: 'Resources:\n  Topic: { Type: AWS::SNS::Topic }\n',
      }),
    );
    for (const stage of ['wreck', 'review']) {
      const { code, stderr } = await destroy('--stage', stage, '--confirm', stage);
      expect(code, stderr).to.equal(0);
      expect(await stackStatus(emulator, `mcp-${stage}`)).to.equal(undefined);
    }
  });

  it('names the action that is denied in the middle, and goes on when it is allowed', async () => {
    await createSmallStage(emulator, 'dev');
    const denied = emulator.proxy.rig({ action: 'cloudformation:DeleteStack', do: 'deny' });
    const { code, stderr } = await destroy('--confirm', 'dev');
    expect(code).to.equal(3);
    expect(stderr).to.include('cloudformation:DeleteStack');
    denied.remove();
    expect((await destroy('--confirm', 'dev')).code).to.equal(0);
    expect(await stackStatus(emulator, 'mcp-dev')).to.equal(undefined);
  });

  it('waits for a change that goes on', async () => {
    await createSmallStage(emulator, 'dev');
    // The reads before the deletion: two of the look, and the one that finds the change under way.
    const busy = async ({ headers, body }: AwsCall) => {
      const { authorization = '', 'content-type': type = '' } = headers;
      const init = { method: 'POST', headers: { authorization, 'content-type': type }, body };
      const text = await (await fetch(emulator.direct, init)).text();
      return xml(200, text.replace('CREATE_COMPLETE', 'UPDATE_IN_PROGRESS'));
    };
    const rule = emulator.proxy.rig({
      action: 'cloudformation:DescribeStacks',
      after: 2,
      times: 2,
      do: busy,
    });
    const { code, stderr } = await destroy('--confirm', 'dev');
    expect(code, stderr).to.equal(0);
    expect(rule.hits).to.equal(2);
    expect(stderr).to.include('mcp-dev is being changed (UPDATE_IN_PROGRESS): waiting until that has ended');
  });
});
