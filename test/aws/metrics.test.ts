import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'chai';
import { type DeployedStack, readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { awsMetrics } from '../../src/targets/aws/metrics.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { json } from '../support/aws/fault.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createStack } from '../support/aws/small-stage.ts';

const STACK = `
Parameters:
  Stage: { Type: String }
  ModelId: { Type: String, Default: 'global.amazon.nova-2-lite-v1:0' }
Resources:
  LogGroup: { Type: AWS::Logs::LogGroup }
Outputs:
  ApiStageName: { Value: v1 }
  LoadBalancerArn: { Value: 'arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/mcp-dev/50dc6c495c0c9188' }
  TargetGroupArn: { Value: 'arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/mcp-dev-tg/73e2d6bc24d8a067' }
  ClusterName: { Value: mcp-dev }
  ServiceName: { Value: service }
`;
const DIMENSIONS: Record<string, Record<string, string>> = {
  'AWS/ApiGateway': { ApiName: 'mcp-dev', Stage: 'v1' },
  'AWS/ECS': { ClusterName: 'mcp-dev', ServiceName: 'service' },
  'AWS/ApplicationELB': { LoadBalancer: 'app/mcp-dev/50dc6c495c0c9188' },
};
const TARGETS = {
  LoadBalancer: 'app/mcp-dev/50dc6c495c0c9188',
  TargetGroup: 'targetgroup/mcp-dev-tg/73e2d6bc24d8a067',
};
const signal = new AbortController().signal;
const MINUTE = 60_000;

describe('metrics of a stage on AWS', () => {
  let emulator: Emulator;
  let stack: DeployedStack;
  let now: number;

  before(async () => {
    emulator = await startEmulator();
    await createStack(emulator, 'mcp-dev', 'dev', STACK);
    stack = await readDeployedStack(emulator.connection(), 'dev', signal);
    now = Math.floor(Date.now() / MINUTE) * MINUTE + 30_000;
  });
  after(() => emulator.close());
  beforeEach(() => emulator.proxy.reset());

  async function put(
    Namespace: string,
    minutesAgo: number,
    name: string,
    values: number[],
    dimensions?: object,
  ) {
    const Dimensions = Object.entries(dimensions ?? DIMENSIONS[Namespace] ?? {}).map(([Name, Value]) => ({
      Name,
      Value,
    }));
    const MetricData: MetricDatum[] = values.map((Value) => ({
      MetricName: name,
      Value,
      Timestamp: new Date(now - minutesAgo * MINUTE),
      Dimensions,
    }));
    await emulator.client(CloudWatchClient).send(new PutMetricDataCommand({ Namespace, MetricData }));
  }
  const read = (ms = 60 * MINUTE, connection = emulator.connection()) =>
    awsMetrics(stack, connection, { since: now - ms, until: now }, signal, now);

  it('are empty where nothing was asked', async () => {
    const report = await read();
    expect(report).to.deep.include({
      requests: 0,
      errors_5xx: 0,
      latency_ms: null,
      model_ms: null,
      summaries: null,
      tasks: null,
      cpu_percent: null,
      routes: [],
    });
    expect(report.series).to.have.lengthOf(61);
    expect(emulator.proxy.count('cloudwatch:GetMetricData')).to.equal(1);
  });

  it('tell what callers sent and got, times, tokens and tasks', async () => {
    await put('AWS/ApiGateway', 10, 'Count', [1, 1, 1, 1]);
    await put('AWS/ApiGateway', 9, 'Count', Array(96).fill(1));
    await put('AWS/ApiGateway', 9, '4XXError', [1, 1, 1]);
    await put('AWS/ApiGateway', 9, '5XXError', [1]);
    // Of another stage, and of another API: not ours.
    await put('AWS/ApiGateway', 9, 'Count', [1000], { ApiName: 'mcp-dev', Stage: 'v2' });
    await put('AWS/ApiGateway', 9, 'Count', [1000], { ApiName: 'mcp-dev' });
    await put('mcp-s3', 9, 'dev/Throttled', [1, 1]);
    await put('mcp-s3', 9, 'dev/Forbidden', [1]);
    await put('mcp-s3', 9, 'prod/Throttled', [500]);
    await put('AWS/ApplicationELB', 9, 'HTTPCode_ELB_503_Count', [1]);
    await put('mcp-s3', 10, 'dev/ServiceMilliseconds', [10, 20]);
    await put('mcp-s3', 2, 'dev/ServiceMilliseconds', [30, 40, 5000]);
    await put('mcp-s3', 2, 'dev/ModelMilliseconds', [900]);
    await put('mcp-s3', 2, 'dev/InputTokens', [1000, 500]);
    await put('mcp-s3', 2, 'dev/OutputTokens', [70]);
    await put('AWS/ApplicationELB', 10, 'HealthyHostCount', [1], TARGETS);
    await put('AWS/ApplicationELB', 2, 'HealthyHostCount', [3], TARGETS);
    await put('AWS/ECS', 10, 'CPUUtilization', [20]);
    await put('AWS/ECS', 2, 'CPUUtilization', [60, 80]);
    await put('AWS/ECS', 2, 'MemoryUtilization', [33]);

    const report = await read();
    expect(report).to.deep.include({
      requests: 100,
      errors_4xx: 3,
      errors_5xx: 1,
      throttled: 2,
      forbidden: 1,
      unavailable: 1,
      tokens: { input: 1500, output: 70 },
      tasks: { average: 2, max: 3, last: 3 },
      cpu_percent: { average: 45, max: 70, last: 70 },
      memory_percent: { average: 33, max: 33, last: 33 },
    });
    expect(report.tokens_usd).to.be.closeTo((1500 * 0.3 + 70 * 2.5) / 1e6, 1e-12);
    // Over all five requests, not over the figures of the minutes.
    expect(report.latency_ms).to.deep.include({ p50: 30, max: 5000 });
    expect(report.model_ms).to.deep.equal({ p50: 900, p90: 900, p99: 900, max: 900 });
    const busy = report.series.filter(({ requests, p90_ms }) => requests > 0 || p90_ms !== null);
    expect(
      busy.map(({ start, requests, errors, tokens, tasks, cpu_percent }) => ({
        minutesAgo: Math.floor((now - Date.parse(start)) / MINUTE),
        requests,
        errors,
        tokens,
        tasks,
        cpu_percent,
      })),
    ).to.deep.equal([
      { minutesAgo: 10, requests: 4, errors: 0, tokens: 0, tasks: 1, cpu_percent: 20 },
      { minutesAgo: 9, requests: 96, errors: 4, tokens: 0, tasks: null, cpu_percent: null },
      { minutesAgo: 2, requests: 0, errors: 0, tokens: 1570, tasks: 3, cpu_percent: 70 },
    ]);
  });

  it('are counted in the stretch that is asked for, over days too', async () => {
    expect(await read(5 * MINUTE)).to.include({ requests: 0 });
    const days = await read(3 * 24 * 60 * MINUTE);
    expect(days).to.include({ requests: 100 });
    expect(days.series.length).to.be.at.most(61);
    expect(days.latency_ms).to.deep.include({ max: 5000 });
  });

  it('are not told in part', async () => {
    const MetricDataResults = [{ Id: 'requests', StatusCode: 'InternalError', Timestamps: [], Values: [] }];
    emulator.proxy.rig({ action: 'cloudwatch:GetMetricData', do: json({ MetricDataResults }) });
    const error = await read().catch((caught) => caught);
    expect(error).to.include({ code: 'metrics_incomplete', exitCode: 5 });
  });

  it('name the action that is missing', async () => {
    const user = await createUser(emulator, 'ann', allow('cloudformation:DescribeStacks'));
    const error = await read(MINUTE, emulator.connection(user.keys)).catch((caught) => caught);
    expect(error).to.include({ code: 'access_denied', exitCode: 3 });
    expect(error.message).to.include('cloudwatch:GetMetricData');
  });
});
