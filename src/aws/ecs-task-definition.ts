import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

/** A service by the names of cluster and service. */
export interface ServiceName {
  cluster: string;
  service: string;
}

/** ARN of the task definition that a service is told to run; undefined where there is no such service. */
export async function runningDefinition(
  connection: RegionalConnection,
  { cluster, service }: ServiceName,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = new DescribeServicesCommand({ cluster, services: [service] });
  const { services = [] } = await callAws(call(connection, 'DescribeServices'), signal, (abortSignal) =>
    client(connection).send(command, { abortSignal }),
  );
  return services[0]?.taskDefinition;
}

/** Tells a service to run another task definition. */
export async function runDefinition(
  connection: RegionalConnection,
  { cluster, service }: ServiceName,
  taskDefinition: string,
  signal: AbortSignal,
): Promise<void> {
  const command = new UpdateServiceCommand({ cluster, service, taskDefinition });
  await callAws(call(connection, 'UpdateService'), signal, (abortSignal) =>
    client(connection).send(command, { abortSignal }),
  );
}

function client(connection: RegionalConnection): ECSClient {
  return clientOf(connection, ECSClient, 'ECS');
}

function call({ profile, region }: RegionalConnection, operation: string) {
  return { service: 'ECS', action: `ecs:${operation}`, profile, region };
}
