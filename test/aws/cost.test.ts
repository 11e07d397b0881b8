import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'chai';
import { readUsed } from '../../src/cost/used.ts';
import { type DeployedStack, readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createStack } from '../support/aws/small-stage.ts';
import { runCli } from '../support/cli.ts';

const STACK = `
Parameters:
  Stage: { Type: String }
  ModelId: { Type: String, Default: us.amazon.nova-2-lite-v1:0 }
  NetworkMode: { Type: String, Default: public-egress }
Resources:
  LogGroup: { Type: AWS::Logs::LogGroup }
Outputs:
  ApiStageName: { Value: v1 }
  ApiAccessLogGroupName: { Value: /api/mcp-dev }
  ClusterName: { Value: mcp-dev }
  ServiceName: { Value: service }
`;
const SERVICE = { ClusterName: 'mcp-dev', ServiceName: 'service' };
const signal = new AbortController().signal;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('what a stage on AWS used, and what it costs', () => {
  let emulator: Emulator;
  let stack: DeployedStack;
  let now: number;

  before(async () => {
    emulator = await startEmulator();
    await createStack(emulator, 'mcp-dev', 'dev', STACK);
    stack = { ...(await readDeployedStack(emulator.connection(), 'dev', signal)), createdAt: 0 };
    now = Date.now();
    await put('AWS/ApiGateway', 'Count', 90 * MINUTE, 1, { ApiName: 'mcp-dev', Stage: 'v1' }, 250);
    await put('AWS/ApiGateway', 'Count', 4 * DAY, 1, { ApiName: 'mcp-dev', Stage: 'v1' }, 50);
    await put('AWS/ApiGateway', 'Count', 90 * MINUTE, 999, { ApiName: 'mcp-prod', Stage: 'v1' });
    await put('mcp-s3', 'dev/InputTokens', 90 * MINUTE, 1_000_000, {}, 2);
    await put('mcp-s3', 'dev/OutputTokens', 90 * MINUTE, 100_000, {});
    // One task that told its load once a minute, for an hour and a half.
    await put('AWS/ECS', 'CPUUtilization', 90 * MINUTE, 20, SERVICE, 90);
    await put('AWS/Logs', 'IncomingBytes', 90 * MINUTE, 3_000_000, { LogGroupName: '/ecs/mcp-dev-task' });
    await put('AWS/Logs', 'IncomingBytes', 90 * MINUTE, 2_000_000, { LogGroupName: '/api/mcp-dev' });
  });
  after(() => emulator.close());
  beforeEach(() => emulator.proxy.reset());

  async function put(
    Namespace: string,
    MetricName: string,
    ago: number,
    Value: number,
    dimensions: object,
    times = 1,
  ) {
    const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: value }));
    const datum = { MetricName, Value, Timestamp: new Date(now - ago), Dimensions };
    const MetricData = Array(times).fill(datum);
    await emulator.client(CloudWatchClient).send(new PutMetricDataCommand({ Namespace, MetricData }));
  }

  const read = (days: number) => readUsed(stack, emulator.connection(), { days, now }, signal);

  it('is counted in one call, of this stage alone and of the days asked for', async () => {
    const used = await read(2);
    expect(used).to.deep.include({
      requests: 250,
      tokens: { input: 2_000_000, output: 100_000 },
      task_hours: 1.5,
      log_bytes: 5_000_000,
    });
    expect(emulator.proxy.count('cloudwatch:GetMetricData')).to.equal(1);
    expect((await read(7)).requests).to.equal(300);
  });

  it('comes to the price of what was counted, and the part of the month of what always runs', async () => {
    const { cost, hours } = await read(2);
    const usd = (id: string) => cost.items.find((item) => item.id === id)?.usd;
    const { region } = stack;
    expect(region).to.equal('eu-central-1');
    expect(usd('tasks_cpu')).to.be.closeTo(0.5 * 1.5 * 0.03725, 1e-6);
    expect(usd('public_ipv4')).to.be.closeTo(1.5 * 0.005, 1e-6);
    expect(usd('tokens_in')).to.be.closeTo(2 * 0.33, 1e-6);
    expect(usd('tokens_out')).to.be.closeTo(0.1 * 2.75, 1e-6);
    expect(usd('load_balancer')).to.be.closeTo(hours * 0.027, 1e-6);
    expect(usd('logs')).to.be.closeTo(0.005 * 0.63, 1e-6);
    expect(cost.unpriced).to.deep.equal([]);
  });

  it('counts from when the stage was made', async () => {
    const young = { ...stack, createdAt: now - 30 * MINUTE };
    const used = await readUsed(young, emulator.connection(), { days: 7, now }, signal);
    expect(used.hours).to.be.below(2);
  });

  it('is shown by the command, as text and as JSON', async () => {
    const env = emulator.env();
    const text = await runCli(['cost'], { env });
    expect(text.code, text.stderr).to.equal(0);
    expect(text.stdout)
      .to.include('A month in eu-central-1')
      .and.to.include('Used since')
      .and.to.match(/--network private +\+\$/);
    const { stdout } = await runCli(['cost', '--json'], { env });
    expect(JSON.parse(stdout)).to.have.keys(['stage', 'region', 'estimate', 'switches', 'used']);
  });

  it('is estimated also by who may not read metrics, and says so with exit code 5', async () => {
    const { keys } = await createUser(emulator, 'no-metrics', allow('cloudformation:DescribeStacks'));
    const { code, stdout, stderr } = await runCli(['cost'], { env: emulator.env(keys) });
    expect(code, stderr).to.equal(5);
    expect(stdout).to.include('A month in eu-central-1').and.not.to.include('Used since');
    expect(stderr).to.include('cloudwatch:GetMetricData');
  });
});
