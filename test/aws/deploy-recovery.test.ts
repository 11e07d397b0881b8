import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { describeStack } from '../../src/aws/cloudformation.ts';
import { stackResources } from '../../src/aws/cloudformation-resources.ts';
import type { CliError } from '../../src/errors.ts';
import { InterruptedError } from '../../src/errors.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { openModels } from '../support/aws/open-models.ts';
import { THING_FUNCTION, thing } from '../support/aws/slow-thing.ts';
import {
  type DeployOptions,
  deploySmall,
  deployTelling,
  type FakeService,
  SMALL,
  smallTemplate,
  startFakeService,
  type Told,
} from '../support/aws/small-deploy.ts';

const BASE = { ...SMALL, ...THING_FUNCTION };

describe('a deployment after one that did not end', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let service: FakeService;
  before(async () => {
    emulator = await startEmulator();
    service = await startFakeService('key');
  });
  after(async () => {
    await service.close();
    await emulator.close();
  });
  beforeEach(() => {
    emulator.proxy.reset();
    openModels(emulator);
  });

  const statusOf = async (stage: string) =>
    (await describeStack(emulator.connection(), `mcp-${stage}`, new AbortController().signal))?.status;
  const failing = async (options: DeployOptions) => {
    const told: Told = { lines: [], plans: [] };
    const error = await deployTelling(emulator, service, options, told).then(
      () => expect.fail('it did not fail'),
      (reason: CliError) => reason,
    );
    return { error, ...told };
  };

  /** From now on the stage's things refuse nothing. */
  const appease = async (stage: string) => {
    const resources = await stackResources(
      emulator.connection(),
      `mcp-${stage}`,
      new AbortController().signal,
    );
    const { physicalId } = resources.find(({ logicalId }) => logicalId === 'ThingFunction')!;
    await emulator.client(LambdaClient).send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: physicalId,
        Environment: { Variables: { KIND: 'yes' } },
      }),
    );
  };

  it('names the cause of a first deployment that was taken back, and clears it away', async () => {
    const stage = 'first';
    const template = smallTemplate({ ...BASE, Thing: thing({ Fail: 'Create' }) });
    const { error, lines } = await failing({ stage, template });
    expect(error).to.include({ exitCode: 1, code: 'deployment_failed' });
    expect(error.message).to.match(
      /everything was taken back.*The cause: Takes its time \(Thing\): .*does not want to/,
    );
    expect(lines).to.include('failed create Thing');
    expect(await statusOf(stage)).to.equal('ROLLBACK_COMPLETE');

    const look = await deploySmall(emulator, service, { stage, request: { dryRun: true } });
    expect(look.lines).to.include(
      'note what is left of mcp-first (ROLLBACK_COMPLETE) would be deleted first',
    );
    expect(look.plans[0]!.action).to.equal('create');
    expect(await statusOf(stage)).to.equal('ROLLBACK_COMPLETE');

    const next = await deploySmall(emulator, service, { stage, template: smallTemplate(BASE) });
    expect(next.result.result).to.equal('created');
    expect(next.lines).to.include('repair clearing ROLLBACK_COMPLETE');
  });

  it('tells what CloudFormation refused before it touched a resource', async () => {
    await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: 'taken' }));
    const Broken = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'taken' } };
    const { error } = await failing({ stage: 'first', template: smallTemplate({ ...BASE, Broken }) });
    expect(error.message).to.match(/as it was before.*\(Broken\): .*'taken' already exists/);
    expect(error.suggestions.join()).to.include('left from before');
  });

  it('takes up a rollback that got stuck', async () => {
    const stage = 'stuck';
    // It may be changed, but not back.
    const base = smallTemplate({ ...BASE, Stubborn: thing({ Fail: 'Update' }) });
    await deploySmall(emulator, service, { stage, template: base });
    const template = smallTemplate({
      ...BASE,
      Stubborn: thing({ Delay: 1 }),
      Thing: { ...thing({ Fail: 'Create' }), DependsOn: 'Stubborn' },
    });
    const { error } = await failing({ stage, template });
    expect(error.message).to.match(/taking it back failed too.*\(Thing\)/);
    expect(await statusOf(stage)).to.equal('UPDATE_ROLLBACK_FAILED');

    const look = await failing({ stage, template: base, request: { dryRun: true } });
    expect(look.error).to.include({ exitCode: 5, code: 'needs_repair' });
    const again = await failing({ stage, template: base });
    expect(again.error.code).to.equal('beyond_repair');
    expect(again.error.message).to.include('UPDATE_ROLLBACK_FAILED');

    await appease(stage);
    const { result, lines } = await deploySmall(emulator, service, { stage, template: base });
    expect(lines).to.include('repair rolling_back UPDATE_ROLLBACK_FAILED');
    expect(result.result).to.equal('unchanged');
  });

  it('stops watching at Ctrl-C, and watches on the next time', async () => {
    const stage = 'away';
    const template = smallTemplate({ ...BASE, Thing: thing({ Delay: 3000 }) });
    const stop = new AbortController();
    const { error } = await failing({
      stage,
      template,
      signal: stop.signal,
      onStep: (line) => line === 'begun create Thing' && stop.abort(new InterruptedError()),
    });
    expect(error).to.include({ exitCode: 130, code: 'interrupted' });
    expect(error.message).to.include('goes on in AWS');
    expect(error.suggestions.join()).to.include('mcp-s3 deploy --stage away');

    const look = await failing({ stage, template, request: { dryRun: true } });
    expect(look.error).to.include({ exitCode: 5, code: 'still_deploying' });

    const { result, lines } = await deploySmall(emulator, service, { stage, template });
    expect(lines).to.include.members([
      'repair watching CREATE_IN_PROGRESS',
      'done create Thing',
      'tried health passed',
    ]);
    expect(result.result).to.equal('created');
  });

  it('changes nothing where Ctrl-C comes before it has begun', async () => {
    const stop = new AbortController();
    const { error } = await failing({
      stage: 'never',
      signal: stop.signal,
      onStep: (line) => line === 'plan' && stop.abort(new InterruptedError()),
    });
    expect(error.exitCode).to.equal(130);
    expect(error.message).to.equal('interrupted before the stack of stage never was changed');
    expect(await statusOf('never')).to.equal(undefined);
  });

  it('goes on watching where the connection is lost for a while', async () => {
    const stage = 'lost';
    const template = smallTemplate({ ...BASE, Thing: thing({ Delay: 1000 }) });
    const { result, lines } = await deploySmall(emulator, service, {
      stage,
      template,
      onStep: (line) => {
        // The SDK itself tries five times.
        if (line === 'begun create Thing')
          emulator.proxy.rig({ action: 'cloudformation:DescribeStacks', do: 'cut', times: 7 });
      },
    });
    expect(result.result).to.equal('created');
    expect(lines.filter((line) => line.startsWith('lost'))).to.have.lengthOf(1);
  });
});
