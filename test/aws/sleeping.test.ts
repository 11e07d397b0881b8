import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { functionSession } from '../support/aws/iam.ts';
import { createRole, type Identity } from '../support/aws/identities.ts';
import type { KeeperAccount } from '../support/aws/keeper-account.ts';
import { type LiveStage, publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { asEmulated, readPolicy } from '../support/aws/permissions.ts';
import { physicalIds } from '../support/aws/small-stage.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

const MINUTE = 60_000;

describe('a deployed stage that sleeps', function () {
  this.timeout(240_000);
  let emulator: Emulator;
  let home: CliHome;
  let deployer: Identity;
  let reader: Identity;
  let live: LiveStage;
  let keeper: KeeperAccount;
  let ids: Record<string, string>;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    deployer = await createRole(emulator, 'deployer', asEmulated(await readPolicy('deployer')));
    reader = await createRole(emulator, 'reader', asEmulated(await readPolicy('reader')));
    const image = await publishImage(emulator);
    openModels(emulator);
    live = await serveStage(emulator, 'dev');
    await run(deployer, 'deploy', '--image-uri', image, '--sleep-after', '15m', '--json');
    ids = await physicalIds(emulator, 'mcp-dev');
    keeper = await live.keeper();
  });
  after(async () => {
    await live?.close();
    await emulator?.close();
    await removeCliHome(home);
  });

  async function run(by: Identity, ...args: string[]) {
    const result = await runCli(args, { home, env: emulator.env(by.keys) });
    expect(result.code, `${args.join(' ')}: ${result.stderr}${result.stdout}`).to.equal(0);
    return result;
  }

  /** What the deployed function itself answers. */
  async function ask(payload: string | object): Promise<Record<string, unknown>> {
    const { FunctionError, Payload } = await emulator.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: ids.Keeper!,
        Payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      }),
    );
    const text = Payload!.transformToString();
    expect(FunctionError, text).to.equal(undefined);
    return JSON.parse(text);
  }

  /** What the deployed schedule sends every five minutes. */
  async function check() {
    const [target] = await targetsOf('mcp-dev-keeper-schedule');
    return await ask(target!.Input!);
  }

  async function targetsOf(Rule: string) {
    const { Targets = [] } = await emulator
      .client(EventBridgeClient)
      .send(new ListTargetsByRuleCommand({ Rule }));
    return Targets;
  }

  async function service() {
    const { services } = await emulator
      .client(ECSClient)
      .send(
        new DescribeServicesCommand({ cluster: ids.Cluster!, services: [ids.Service!], include: ['TAGS'] }),
      );
    const { desiredCount, runningCount, tags = [] } = services![0]!;
    return {
      desiredCount,
      runningCount,
      tags: tags.map(({ key }) => key!).filter((key) => !/^aws:/.test(key)),
    };
  }

  async function logRequest(minutesAgo: number) {
    const logs = emulator.client(CloudWatchLogsClient);
    const stream = { logGroupName: ids.LogGroup!, logStreamName: `task/${minutesAgo}` };
    await logs.send(new CreateLogStreamCommand(stream));
    const timestamp = Date.now() - minutesAgo * MINUTE;
    const message = JSON.stringify({ msg: 'request', route: '/files', status: 200 });
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp, message }] }));
    return stream;
  }

  const RESUMED = {
    DynamicScalingInSuspended: false,
    DynamicScalingOutSuspended: false,
    ScheduledScalingSuspended: false,
  };

  it('stays awake while it is new', async () => {
    expect(await check()).to.include({ state: 'awake', desired: 1 });
    expect(await service()).to.include({ desiredCount: 1, runningCount: 1 });
  });

  it('stays awake while somebody asks it, and is put to sleep by its keeper afterwards', async () => {
    keeper.deployedEarlier = 60 * MINUTE;
    await logRequest(20);
    const recent = await logRequest(5);
    expect(await check()).to.include({ state: 'awake' });
    await emulator.client(CloudWatchLogsClient).send(new DeleteLogStreamCommand(recent));
    expect(await check()).to.include({ state: 'asleep', desired: 0 });
    expect(await service()).to.deep.include({ desiredCount: 0, runningCount: 0 });
    expect((await service()).tags).to.include('mcp-s3:asleep');
    expect(keeper.target).to.deep.include({
      MinCapacity: 0,
      SuspendedState: {
        ...RESUMED,
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: true,
      },
    });
  });

  it('is woken by the command of somebody who may only read', async () => {
    const { stdout, stderr } = await run(reader, 'files');
    expect(stderr).to.include('The service sleeps. Waking it (about a minute).');
    expect(stderr).not.to.include('could not wake it');
    expect(stdout).not.to.include('503');
    expect(await service()).to.include({ desiredCount: 1, runningCount: 1 });
    expect((await service()).tags)
      .to.include('mcp-s3:woken-at')
      .and.not.to.include('mcp-s3:asleep');
    expect(keeper.target).to.deep.include({ MinCapacity: 1, SuspendedState: RESUMED });
    // It gets its full time, although its last request is long ago.
    expect(await check()).to.include({ state: 'awake' });
  });

  it('is woken, held through an update and let go by deploy', async () => {
    expect(await ask({ action: 'sleep' })).to.include({ state: 'asleep' });
    emulator.proxy.calls.length = 0;
    const { stderr, stdout } = await run(deployer, 'deploy', '--max-tasks', '6', '--json');
    expect(JSON.parse(stdout)).to.include({ result: 'updated' });
    expect(stderr).not.to.match(/could not/);
    const way = emulator.proxy.calls
      .map(({ action, body }) => {
        if (action === 'ecs:TagResource' && body.includes('mcp-s3:held-until')) return 'held';
        if (action === 'ecs:UntagResource' && body.includes('mcp-s3:held-until')) return 'let go';
        if (action === 'ecs:UpdateService') return 'woken';
        return action === 'cloudformation:ExecuteChangeSet' ? 'updated' : '';
      })
      .filter(Boolean);
    expect(way).to.deep.equal(['held', 'woken', 'updated', 'let go']);
    expect(await service()).to.include({ desiredCount: 1 });
    expect((await service()).tags).not.to.include('mcp-s3:held-until');
    expect(keeper.target.SuspendedState).to.deep.equal(RESUMED);
  });

  it('is not put to sleep while it is held, neither by its schedule nor by a person', async () => {
    const until = new Date(Date.now() + 30 * MINUTE).toISOString();
    expect(await ask({ action: 'hold', until })).to.include({ state: 'awake', held_until: until });
    expect(keeper.target.SuspendedState).to.include({ ScheduledScalingSuspended: true });
    expect((await ask({ action: 'sleep' })).refused).to.include('held awake until');
    expect(await check()).to.include({ state: 'awake' });
    expect(await ask({ action: 'release' }))
      .to.include({ state: 'awake' })
      .and.not.to.have.property('held_until');
    expect(await ask({ action: 'sleep' })).to.include({ state: 'asleep' });
  });

  it('is woken by the rule for the alarm that hears a caller', async () => {
    const events = emulator.client(EventBridgeClient);
    const { EventPattern } = await events.send(new DescribeRuleCommand({ Name: 'mcp-dev-keeper-wake' }));
    // Nobody may send such an event but CloudWatch, and MiniStack's does not.
    const alarm = (name: string, value: string) => ({
      id: '1',
      account: emulator.account,
      region: emulator.region,
      time: '2026-01-01T00:00:00Z',
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [`arn:aws:cloudwatch:${emulator.region}:${emulator.account}:alarm:${name}`],
      detail: { alarmName: name, state: { value } },
    });
    const hears = async (event: object) =>
      (await events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }))).Result;
    expect(await hears(alarm('scaling-mcp-dev-wake', 'ALARM'))).to.equal(true);
    expect(await hears(alarm('scaling-mcp-dev-wake', 'OK'))).to.equal(false);
    expect(await hears(alarm('scaling-mcp-prod-wake', 'ALARM'))).to.equal(false);
    const [target] = await targetsOf('mcp-dev-keeper-wake');
    expect(await ask(target!.Input!)).to.include({ desired: 1 });
    expect(await service()).to.include({ desiredCount: 1, runningCount: 1 });
  });

  it('has a keeper that may do this to its own service alone', async () => {
    const ecs = emulator.client(ECSClient);
    await ecs.send(
      new CreateServiceCommand({
        cluster: ids.Cluster!,
        serviceName: 'other',
        taskDefinition: ids.TaskDefinition!,
        desiredCount: 1,
      }),
    );
    const { keys } = await functionSession(emulator, ids.Keeper!);
    const asKeeper = new ECSClient({ region: emulator.region, endpoint: emulator.url, credentials: keys });
    const stop = (name: string) =>
      asKeeper.send(new UpdateServiceCommand({ cluster: ids.Cluster!, service: name, desiredCount: 1 })).then(
        () => 'done',
        (error: Error) => error.name,
      );
    expect(await stop('mcp-dev')).to.equal('done');
    expect(await stop('other')).to.equal('AccessDeniedException');
  });
});
