import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { SetSubscriptionAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'chai';
import { testAlarm } from '../../src/targets/aws/alarm-test.ts';
import { awsAlarms } from '../../src/targets/aws/alarms.ts';
import { type DeployedStack, readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { json, queryResult } from '../support/aws/fault.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createStack } from '../support/aws/small-stage.ts';

const STACK = `
Parameters: { Stage: { Type: String } }
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: !Sub 'mcp-\${Stage}-alarms' } }
  Inbox: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub 'inbox-\${Stage}' } }
  InboxPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Inbox]
      PolicyDocument:
        Statement:
          - { Effect: Allow, Principal: { Service: sns.amazonaws.com }, Action: sqs:SendMessage, Resource: '*' }
Outputs:
  TopicArn: { Value: !Ref Topic }
  InboxUrl: { Value: !Ref Inbox }
  ClusterName: { Value: mcp-dev }
  ServiceName: { Value: service }
`;
const signal = new AbortController().signal;
const QUICK = { waitMs: 0, lookMs: 1 };

describe('alarms of a stage on AWS', () => {
  let emulator: Emulator;
  let cloudWatch: CloudWatchClient;
  let stack: DeployedStack;

  before(async () => {
    emulator = await startEmulator();
    cloudWatch = emulator.client(CloudWatchClient);
    await createStack(emulator, 'mcp-dev', 'dev', STACK);
    stack = await readDeployedStack(emulator.connection(), 'dev', signal);
    for (const name of [
      'mcp-dev-5xx',
      'mcp-dev-error-logs',
      'mcp-dev-latency',
      'mcp-dev-2-5xx',
      'scaling-mcp-dev-wake',
      'scaling-mcp-dev-2-wake',
      'TargetTracking-service/mcp-dev/service-AlarmLow-0815',
      'TargetTracking-service/mcp-dev/service-2-AlarmLow-0815',
    ]) {
      await putAlarm(name);
    }
    await putAlarm('mcp-dev-of-a-person', [stack.outputs.TopicArn!]);
    await cloudWatch.send(
      new PutCompositeAlarmCommand({ AlarmName: 'mcp-dev-health', AlarmRule: 'ALARM("mcp-dev-5xx")' }),
    );
  });
  after(() => emulator.close());
  beforeEach(() => emulator.proxy.reset());

  async function putAlarm(AlarmName: string, actions = [stack.outputs.TopicArn!]): Promise<void> {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        AlarmDescription: `About ${AlarmName}.`,
        AlarmActions: AlarmName.startsWith('mcp-dev-2') ? [] : actions,
        Namespace: 'mcp-s3',
        MetricName: `of ${AlarmName}`,
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
  }
  const set = (AlarmName: string, StateValue: StateValue, StateReason = 'set by the test') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
  const stateOf = async (name: string) =>
    (await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms![0]!.StateValue;

  it('are those of the stage, without its scaling and without other stages', async () => {
    const { alarms } = await awsAlarms(stack, emulator.connection(), {}, signal);
    expect(alarms.map(({ name }) => name)).to.deep.equal([
      'mcp-dev-5xx',
      'mcp-dev-error-logs',
      'mcp-dev-health',
      'mcp-dev-latency',
      'mcp-dev-of-a-person',
    ]);
    expect(alarms[0]).to.deep.include({ description: 'About mcp-dev-5xx.', state: 'INSUFFICIENT_DATA' });
    expect(alarms[0]!.doctor).to.include('target-health');
    expect(alarms[2]).to.include({ composite: true });
  });

  it('stand apart where they only drive scaling and waking', async () => {
    await set('scaling-mcp-dev-wake', 'ALARM', 'a caller came');
    const options = { historySince: Date.now() - 60_000 };
    const { alarms, scaling } = await awsAlarms(stack, emulator.connection(), options, signal);
    expect(scaling!.map(({ name, state, description }) => [name, state, description])).to.deep.equal([
      ['scaling-mcp-dev-wake', 'ALARM', 'About scaling-mcp-dev-wake.'],
      [
        'TargetTracking-service/mcp-dev/service-AlarmLow-0815',
        'INSUFFICIENT_DATA',
        'Takes tasks away while of TargetTracking-service/mcp-dev/service-AlarmLow-0815 is below 1.',
      ],
    ]);
    expect(scaling![0]!.history!.map(({ to, reason }) => [to, reason])).to.deep.equal([
      ['ALARM', 'a caller came'],
    ]);
    expect(alarms.map(({ state }) => state)).not.to.include('ALARM');
  });

  it('tell which ring, since when and why, those first', async () => {
    const before = Date.now() - 2000;
    await set('mcp-dev-latency', 'OK');
    await set('mcp-dev-5xx', 'ALARM', 'three failures');
    const { alarms } = await awsAlarms(stack, emulator.connection(), {}, signal);
    expect(alarms.map(({ name, state }) => [name, state]).slice(0, 3)).to.deep.equal([
      ['mcp-dev-5xx', 'ALARM'],
      ['mcp-dev-health', 'ALARM'],
      ['mcp-dev-error-logs', 'INSUFFICIENT_DATA'],
    ]);
    expect(alarms[0]!.reason).to.equal('three failures');
    expect(alarms[1]!.reason).to.equal('mcp-dev-5xx rings');
    expect(Date.parse(alarms[0]!.since!)).to.be.within(before, Date.now() + 1000);
  });

  it('tell their changes, the newest first', async () => {
    await set('mcp-dev-latency', 'ALARM', 'slow');
    await set('mcp-dev-latency', 'OK', 'quick again');
    const historySince = Date.now() - 60_000;
    const { alarms } = await awsAlarms(stack, emulator.connection(), { historySince }, signal);
    const { history } = alarms.find(({ name }) => name === 'mcp-dev-latency')!;
    expect(history!.map(({ from, to, reason }) => [from, to, reason])).to.deep.equal([
      ['ALARM', 'OK', 'quick again'],
      ['OK', 'ALARM', 'slow'],
      ['INSUFFICIENT_DATA', 'OK', 'set by the test'],
    ]);
    const later = await awsAlarms(
      stack,
      emulator.connection(),
      { historySince: Date.now() + 60_000 },
      signal,
    );
    expect(later.alarms.flatMap((alarm) => alarm.history)).to.deep.equal([]);
  });

  it('name the action that is missing', async () => {
    const user = await createUser(emulator, 'ann', allow('cloudformation:DescribeStacks'));
    const error = await awsAlarms(stack, emulator.connection(user.keys), {}, signal).catch(
      (caught) => caught,
    );
    expect(error).to.include({ code: 'access_denied', exitCode: 3 });
    expect(error.message).to.include('cloudwatch:DescribeAlarms');
  });

  describe('rung on purpose', () => {
    const ring = (id = 'error-logs') => testAlarm(stack, emulator.connection(), id, signal, QUICK);
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error) => error.code,
      );

    /** What CloudWatch writes down of an action; MiniStack runs it and writes nothing. */
    function actionHistory(HistorySummary: string, HistoryData = '{}') {
      const item = {
        AlarmName: 'mcp-dev-error-logs',
        AlarmType: 'MetricAlarm',
        HistoryItemType: 'Action',
        Timestamp: Date.now() / 1000,
        HistorySummary,
        HistoryData,
      };
      emulator.proxy.rig({
        action: 'cloudwatch:DescribeAlarmHistory',
        do: json({ AlarmHistoryItems: [item] }),
      });
    }

    it('need somebody to tell', async () => {
      expect(await codeOf(ring())).to.equal('no_listener');
      expect(emulator.proxy.count('cloudwatch:SetAlarmState')).to.equal(0);
    });

    it('need an address that has confirmed', async () => {
      const TopicArn = stack.outputs.TopicArn!;
      const SubscriptionArn = 'PendingConfirmation';
      const Subscriptions = `<member><TopicArn>${TopicArn}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${SubscriptionArn}</SubscriptionArn><Owner>1</Owner><Endpoint>ann@example.com</Endpoint></member>`;
      emulator.proxy.rig({
        action: 'sns:ListSubscriptionsByTopic',
        do: (call) => queryResult(call, `<Subscriptions>${Subscriptions}</Subscriptions>`),
      });
      const error = await ring().catch((caught) => caught);
      expect(error).to.include({ code: 'mail_unconfirmed', exitCode: 1 });
      expect(error.message).to.include('ann@example.com');
    });

    describe('with a listener', () => {
      let inbox: { QueueUrl: string };
      before(async () => {
        const sqs = emulator.client(SQSClient);
        inbox = { QueueUrl: stack.outputs.InboxUrl! };
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ ...inbox, AttributeNames: ['QueueArn'] }),
        );
        const sns = emulator.client(SNSClient);
        const subscription = { Protocol: 'sqs', Endpoint: Attributes!.QueueArn! };
        const { SubscriptionArn } = await sns.send(
          new SubscribeCommand({ TopicArn: stack.outputs.TopicArn!, ...subscription }),
        );
        const raw = { SubscriptionArn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' };
        await sns.send(new SetSubscriptionAttributesCommand(raw));
      });

      async function heard(): Promise<Record<string, unknown>[]> {
        const sqs = emulator.client(SQSClient);
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ ...inbox, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
        );
        return Messages.map(({ Body }) => JSON.parse(Body!));
      }

      it('are heard, say that it is a test, and are put back', async () => {
        actionHistory(`Successfully executed action ${stack.outputs.TopicArn}`);
        const result = await ring('mcp-dev-error-logs');
        expect(result).to.deep.include({ alarm: 'mcp-dev-error-logs', sent: true });
        expect(result.told).to.have.lengthOf(1);
        expect(await heard())
          .to.have.nested.property('[0].NewStateReason')
          .that.matches(/test.*nothing is wrong/);
        expect(await stateOf('mcp-dev-error-logs')).to.equal(result.set_back_to);
      });

      it('are put back where CloudWatch could not send the message, which is told', async () => {
        const data = JSON.stringify({ actionState: 'Failed', error: 'Resource: topic is not authorized' });
        actionHistory('Failed to execute action', data);
        const error = await ring().catch((caught) => caught);
        expect(error).to.include({ code: 'not_sent', exitCode: 1 });
        expect(error.message).to.include('is not authorized');
        expect(await stateOf('mcp-dev-error-logs')).not.to.equal('ALARM');
      });

      it('are put back after Ctrl-C', async () => {
        const stopper = new AbortController();
        emulator.proxy.rig({
          action: 'cloudwatch:DescribeAlarmHistory',
          do: () => {
            stopper.abort(new Error('Ctrl-C'));
            return undefined;
          },
        });
        const times = { waitMs: 60_000, lookMs: 10 };
        const error = await testAlarm(
          stack,
          emulator.connection(),
          'error-logs',
          stopper.signal,
          times,
        ).catch((caught) => caught);
        expect(error.message).to.equal('Ctrl-C');
        expect(await stateOf('mcp-dev-error-logs')).not.to.equal('ALARM');
      });

      it('say so where CloudWatch does not tell in time whether it sent the message', async () => {
        expect(await ring()).to.include({ sent: false });
      });

      it('are not rung where they ring already, tell nobody, are unknown, or made of others', async () => {
        await set('mcp-dev-error-logs', 'ALARM');
        expect(await codeOf(ring())).to.equal('rings_already');
        expect(await stateOf('mcp-dev-error-logs')).to.equal('ALARM');
        await set('mcp-dev-error-logs', 'OK');
        await putAlarm('mcp-dev-latency', []);
        expect(await codeOf(ring('latency'))).to.equal('muted');
        expect(await codeOf(ring('health'))).to.equal('usage');
        expect(await codeOf(ring('nope'))).to.equal('usage');
      });
    });
  });
});
