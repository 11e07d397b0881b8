import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('ECS', 'ecs');

/** A task that ended. */
export interface StoppedTask {
  id: string;
  /** Milliseconds since the epoch. */
  stoppedAt: number;
  /** Of a service's task: id of the deployment. */
  startedBy: string;
  /** Why it ended, in ECS's words. */
  reason: string;
  /** Of its containers: how each ended. */
  containers: { name: string; reason: string; exitCode: number | undefined }[];
}

/** Tasks of a cluster that ended in the last hour or so (ECS keeps them no longer), the newest first. */
export async function stoppedTasks(
  connection: RegionalConnection,
  cluster: string,
  signal: AbortSignal,
): Promise<StoppedTask[]> {
  const client = clientOf(connection, ECSClient, 'ECS');
  const list = new ListTasksCommand({ cluster, desiredStatus: 'STOPPED', maxResults: 20 });
  const { taskArns = [] } = await callAws(call(connection, 'ListTasks'), signal, (abortSignal) =>
    client.send(list, { abortSignal }),
  );
  if (taskArns.length === 0) return [];
  const describe = new DescribeTasksCommand({ cluster, tasks: taskArns });
  const { tasks = [] } = await callAws(call(connection, 'DescribeTasks'), signal, (abortSignal) =>
    client.send(describe, { abortSignal }),
  );
  return tasks
    .filter(({ lastStatus }) => lastStatus === 'STOPPED')
    .map(({ taskArn = '', stoppedAt, startedBy = '', stoppedReason = '', containers = [] }) => ({
      id: taskArn.slice(taskArn.lastIndexOf('/') + 1),
      stoppedAt: stoppedAt?.getTime() ?? 0,
      startedBy,
      reason: stoppedReason,
      containers: containers.map(({ name = '', reason = '', exitCode }) => ({ name, reason, exitCode })),
    }))
    .sort((a, b) => b.stoppedAt - a.stoppedAt);
}
