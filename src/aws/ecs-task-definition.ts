import { DescribeTaskDefinitionCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('ECS', 'ecs');

/** A service by the names of cluster and service. */
export interface ServiceName {
  cluster: string;
  service: string;
}

export interface TaskDefinition {
  arn: string;
  /** `ARM64`, `X86_64`. */
  architecture: string;
  taskRole: string;
  executionRole: string;
  containers: { name: string; image: string; ports: number[] }[];
}

/** Undefined where it was deleted. */
export async function taskDefinition(
  connection: RegionalConnection,
  arn: string,
  signal: AbortSignal,
): Promise<TaskDefinition | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
  const answer = await callAws(call(connection, 'DescribeTaskDefinition'), signal, async (abortSignal) => {
    try {
      return await client(connection).send(command, { abortSignal });
    } catch (error) {
      const { name, message } = factsOf(error);
      if (name === 'ClientException' && /unable to describe|not found/i.test(message)) return undefined;
      throw error;
    }
  });
  const found = answer?.taskDefinition;
  if (found === undefined) return undefined;
  return {
    arn: found.taskDefinitionArn ?? arn,
    architecture: found.runtimePlatform?.cpuArchitecture ?? 'X86_64',
    taskRole: found.taskRoleArn ?? '',
    executionRole: found.executionRoleArn ?? '',
    containers: (found.containerDefinitions ?? []).map(({ name = '', image = '', portMappings = [] }) => ({
      name,
      image,
      ports: portMappings.map(({ containerPort }) => containerPort ?? 0),
    })),
  };
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
