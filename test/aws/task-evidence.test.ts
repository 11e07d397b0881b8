import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import type { StackEvent } from '../../src/aws/cloudformation-events.ts';
import { reasonOf, type TaskEvidence, TaskWatch } from '../../src/deploy/task-evidence.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';

describe('what tasks that ended leave behind', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());

  const event = (type: string, status: string, physicalId = ''): StackEvent => ({
    id: '',
    time: 0,
    logicalId: '',
    physicalId,
    type,
    status,
    reason: '',
    ofStack: false,
  });

  it('is their reason, with their last log lines, once for each kind of end', async () => {
    const ecs = emulator.client(ECSClient);
    const logs = emulator.client(CloudWatchLogsClient);
    const logGroupName = '/ecs/mcp-dev-task';
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await ecs.send(new CreateClusterCommand({ clusterName: 'small' }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'small',
        containerDefinitions: [{ name: 'server', image: 'none:1', memory: 128 }],
      }),
    );
    for (const reason of [
      'Essential container exited',
      'Essential container exited',
      'Task failed ELB health checks',
    ]) {
      const { tasks } = await ecs.send(new RunTaskCommand({ cluster: 'small', taskDefinition: 'small' }));
      const task = tasks![0]!.taskArn!;
      const logStreamName = `mcp/server/${task.split('/').at(-1)}`;
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      const logEvents = Array.from({ length: 12 }, (_, index) => ({
        timestamp: Date.now(),
        message: `line ${index}`,
      }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
      await ecs.send(new StopTaskCommand({ cluster: 'small', task, reason }));
    }
    const told: TaskEvidence[] = [];
    const watch = new TaskWatch(emulator.connection(), {
      cluster: undefined,
      logGroup: logGroupName,
      onTask: (evidence) => told.push(evidence),
      signal: new AbortController().signal,
    });
    watch.take(event('AWS::ECS::Cluster', 'CREATE_COMPLETE', 'small'));
    watch.take(event('AWS::ECS::Service', 'CREATE_IN_PROGRESS'));
    watch.take(event('AWS::ECS::Service', 'CREATE_FAILED'));
    const evidence = await watch.evidence();
    expect(evidence).to.deep.equal(told);
    expect(evidence.map(({ reason }) => reason)).to.have.members([
      'Essential container exited',
      'Task failed ELB health checks',
    ]);
    expect(evidence[0]!.lines).to.have.lengthOf(10);
    expect(evidence[0]!.lines.at(-1)).to.equal('line 11');
  });

  it('is nothing, and no failure, where it may not be read', async () => {
    emulator.proxy.rig({ action: 'ecs:ListTasks', do: 'deny' });
    const watch = new TaskWatch(emulator.connection(), {
      cluster: 'small',
      logGroup: 'none',
      onTask: () => expect.fail('nothing may be read'),
      signal: new AbortController().signal,
    });
    watch.take(event('AWS::ECS::Service', 'UPDATE_FAILED'));
    expect(await watch.evidence()).to.deep.equal([]);
  });

  it('names the container and how it ended', () => {
    const task = { id: '1', stoppedAt: 0, startedBy: '', reason: 'Essential container in task exited' };
    const container = { name: 'mcp-dev-mcp-server', reason: '', exitCode: 137 };
    expect(reasonOf({ ...task, containers: [container] })).to.equal(
      'Essential container in task exited; mcp-dev-mcp-server ended with 137',
    );
    const killed = { ...container, reason: 'OutOfMemoryError: Container killed due to memory usage' };
    expect(reasonOf({ ...task, containers: [killed] })).to.include('mcp-dev-mcp-server: OutOfMemoryError');
    expect(reasonOf({ ...task, reason: '', containers: [] })).to.equal('no reason given');
  });
});
