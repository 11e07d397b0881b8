import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ECSClient, TagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { failed } from '../../src/errors.ts';
import { lookIntoRegions } from '../../src/targets/aws/all-regions.ts';
import { readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { awsOutputs } from '../../src/targets/aws/outputs.ts';
import { awsStatus, type StatusSources } from '../../src/targets/aws/status.ts';
import { type Emulator, type Keys, startEmulator } from '../support/aws/emulator.ts';
import { json, queryResult } from '../support/aws/fault.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createWholeStage, type WholeStage } from '../support/aws/whole-stage.ts';

const signal = new AbortController().signal;
const DAY = 86_400_000;

describe('status of a stage on AWS', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let stage: WholeStage;
  before(async () => {
    emulator = await startEmulator();
    stage = await createWholeStage(emulator, 'dev');
  });
  after(() => emulator.close());
  beforeEach(() => {
    emulator.proxy.reset();
    // MiniStack counts no usage.
    const items = { [stage.outputs.ApiKeyIdA!]: [[17, 983]], other: [[3, 997]] };
    emulator.proxy.rig({ action: /^apigateway:GET .*\/usage$/, do: json({ values: items }) });
  });

  async function status(sources: Partial<StatusSources> = {}, keys?: Keys) {
    const connection = emulator.connection(keys);
    const stack = await readDeployedStack(connection, 'dev', signal);
    const ask = async () => 'healthy';
    return awsStatus(stack, connection, { url: 'http://api', ask, now: Date.now(), ...sources }, signal);
  }

  /** What the load balancer says of its targets; MiniStack's are never healthy. */
  function targets(...states: string[]) {
    const members = states.map(
      (state, index) =>
        `<member><Target><Id>10.0.0.${index}</Id><Port>8080</Port></Target><TargetHealth><State>${state}</State></TargetHealth></member>`,
    );
    emulator.proxy.rig({
      action: 'elasticloadbalancing:DescribeTargetHealth',
      do: (call) =>
        queryResult(call, `<TargetHealthDescriptions>${members.join('')}</TargetHealthDescriptions>`),
    });
  }
  const desire = (desiredCount: number) =>
    emulator.client(ECSClient).send(
      new UpdateServiceCommand({
        cluster: stage.outputs.ClusterName!,
        service: stage.outputs.ServiceName!,
        desiredCount,
      }),
    );

  it('tells all there is to know', async () => {
    targets('healthy', 'initial');
    const report = await status({ now: Date.now() + 12.5 * DAY });
    expect(report).to.deep.include({
      target: 'aws',
      stage: 'dev',
      endpoint: 'http://api',
      health: 'healthy',
    });
    expect(report.details).to.deep.include({
      region: 'eu-central-1',
      state: 'awake',
      tasks_desired: 1,
      tasks_healthy: 1,
      alarms_ringing: 'none',
      requests_today: 17,
      quota_a_day: 1000,
      key_age_days: 12,
      image_digest: `sha256:${'a'.repeat(64)}`,
      stack_status: 'CREATE_COMPLETE',
    });
    expect(report.details).not.to.have.property('could_not_look');
    expect(Date.parse(String(report.details.last_deployment))).to.be.closeTo(Date.now(), 600_000);
  });

  it('tells which alarms ring', async () => {
    const cloudWatch = emulator.client(CloudWatchClient);
    const set = (StateValue: 'ALARM' | 'OK') =>
      cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: 'mcp-dev-5xx', StateValue, StateReason: 'test' }),
      );
    await set('ALARM');
    expect((await status()).details.alarms_ringing).to.equal('mcp-dev-5xx');
    await set('OK');
  });

  it('says waking while no task is healthy yet', async () => {
    targets('initial');
    const report = await status({ ask: undefined });
    expect(report).to.deep.include({ health: 'waking' });
  });

  it('does not wake what sleeps', async () => {
    await desire(0);
    const since = '2026-11-24T10:00:00.000Z';
    const arn = `arn:aws:ecs:eu-central-1:${emulator.account}:service/${stage.outputs.ClusterName}/${stage.outputs.ServiceName}`;
    await emulator
      .client(ECSClient)
      .send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'mcp-s3:asleep', value: since }] }));
    const ask = async () => expect.fail('it was asked');
    const report = await status({ ask });
    expect(report.health).to.equal('asleep');
    expect(report.details).to.deep.include({ state: 'asleep', asleep_since: since, tasks_desired: 0 });
    await desire(1);
  });

  it('tells the rest where the service does not answer, or refuses its key', async () => {
    for (const [error, health] of [
      [failed('http_500', 'the service answered 500'), 'healthy'],
      [Object.assign(failed('forbidden', 'the service refused the API key'), { exitCode: 3 }), 'healthy'],
    ] as const) {
      targets('healthy');
      const report = await status({ ask: async () => Promise.reject(error) });
      expect(report.health).to.equal(health);
      expect(report.details.could_not_look).to.equal(`the service itself: ${error.message}`);
    }
  });

  it('says that the service is gone', async () => {
    emulator.proxy.rig({ action: 'ecs:DescribeServices', do: json({ services: [], failures: [] }) });
    const report = await status({ ask: undefined });
    expect(report.health).to.equal('unknown');
    expect(report.details.could_not_look).to.match(/^tasks: the ECS service .* is gone/);
  });

  it('names what the credentials may not look at, and tells the rest', async () => {
    const user = await createUser(
      emulator,
      'reader',
      allow(['cloudformation:DescribeStacks', 'ecs:DescribeServices']),
    );
    const report = await status({}, user.keys);
    expect(report.details).to.deep.include({ tasks_desired: 1 });
    expect(report.details).not.to.have.any.keys('alarms_ringing', 'tasks_healthy');
    for (const action of [
      'cloudwatch:DescribeAlarms',
      'elasticloadbalancing:DescribeTargetHealth',
      'cloudformation:DescribeStackEvents',
    ]) {
      expect(report.details.could_not_look).to.include(action);
    }
  });

  it('knows every output under its name', async () => {
    const stack = await readDeployedStack(emulator.connection(), 'dev', signal);
    expect(awsOutputs(stack, 'http://api')).to.include({
      api_gateway_endpoint: 'http://api',
      mcp_endpoint: 'http://api/mcp',
      s3_bucket_name: stage.ids.Bucket,
      cluster_name: stage.outputs.ClusterName,
      api_key_id_a: stage.outputs.ApiKeyIdA,
      stage: 'dev',
    });
  });

  describe('of all regions', () => {
    const look = (keys?: Keys) => lookIntoRegions(emulator.connection(keys), signal);

    it('finds the stages, and names the regions that may not be looked at', async () => {
      const denied = 'ap-southeast-2';
      emulator.proxy.rig({
        action: 'cloudformation:DescribeStacks',
        do: (call) => (call.headers.authorization?.includes(`/${denied}/`) ? DENIED : undefined),
      });
      const report = await look();
      expect(report.stages).to.have.lengthOf(1);
      expect(report.stages[0]).to.include({
        region: 'eu-central-1',
        stage: 'dev',
        status: 'CREATE_COMPLETE',
      });
      expect(report.not_looked_at.map(({ region }) => region)).to.deep.equal([denied]);
      expect(report.not_looked_at[0]!.reason).to.include('cloudformation:DescribeStacks');
      expect(report.regions).to.be.above(10);
      expect(emulator.proxy.count('cloudformation:DescribeStacks')).to.equal(report.regions);
    });

    it('needs the list of regions', async () => {
      const user = await createUser(emulator, 'bob', allow('cloudformation:DescribeStacks'));
      const error = await look(user.keys).catch((caught) => caught);
      expect(error).to.include({ code: 'access_denied', exitCode: 3 });
      expect(error.message).to.include('ec2:DescribeRegions');
    });
  });
});

const DENIED = {
  status: 403,
  headers: { 'content-type': 'text/xml' },
  body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>with an explicit deny in a service control policy, not authorized to perform: cloudformation:DescribeStacks</Message></Error></ErrorResponse>',
};
