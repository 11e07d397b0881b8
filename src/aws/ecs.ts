import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { factsOf } from './aws-error.ts';
import { callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('ECS', 'ecs');

export interface EcsService {
  /** Tasks. */
  running: number;
  desired: number;
  pending: number;
  /** Of the deployment that is the newest: `IN_PROGRESS`, `COMPLETED`, `FAILED`. */
  rollout: string;
  rolloutReason: string;
  /** Id of the newest deployment: what its tasks say they were started by. */
  deployment: string;
  /** When the newest deployment began, milliseconds since the epoch. */
  deployedAt: number;
  /** ARN. */
  taskDefinition: string;
  /** Where the load balancer sends requests. */
  balanced: { container: string; port: number; targetGroup: string }[];
  tags: Record<string, string>;
  /** What happened to it, the newest first. */
  events: { time: number; message: string }[];
}

/** A service as it stands; undefined where there is none, or its cluster is gone. */
export async function describeService(
  connection: RegionalConnection,
  { cluster, service }: { cluster: string; service: string },
  signal: AbortSignal,
): Promise<EcsService | undefined> {
  const client = clientOf(connection, ECSClient, 'ECS');
  const command = new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] });
  const answer = await findAws(
    call(connection, 'DescribeServices'),
    signal,
    (error) => factsOf(error).name === 'ClusterNotFoundException',
    (abortSignal) => client.send(command, { abortSignal }),
  );
  const found = answer?.services?.find(({ status }) => status !== 'INACTIVE');
  if (found === undefined) return undefined;
  const newest = found.deployments?.find(({ status }) => status === 'PRIMARY');
  return {
    running: found.runningCount ?? 0,
    desired: found.desiredCount ?? 0,
    pending: found.pendingCount ?? 0,
    rollout: newest?.rolloutState ?? 'COMPLETED',
    rolloutReason: newest?.rolloutStateReason ?? '',
    deployment: newest?.id ?? '',
    deployedAt: newest?.createdAt?.getTime() ?? 0,
    taskDefinition: found.taskDefinition ?? '',
    balanced: (found.loadBalancers ?? []).map(({ containerName, containerPort, targetGroupArn }) => ({
      container: containerName ?? '',
      port: containerPort ?? 0,
      targetGroup: targetGroupArn ?? '',
    })),
    tags: Object.fromEntries((found.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    events: (found.events ?? []).map(({ createdAt, message }) => ({
      time: createdAt?.getTime() ?? 0,
      message: message ?? '',
    })),
  };
}
