import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

/** How a service is set up: what has to fit with its task definition and its target group. */
export interface ServiceSetup {
  /** ARN. */
  taskDefinition: string;
  securityGroups: string[];
  subnets: string[];
  /** Where the load balancer sends requests. */
  balanced: { container: string; port: number; targetGroup: string }[];
}

/** Undefined where there is no such service. */
export async function serviceSetup(
  connection: RegionalConnection,
  { cluster, service }: { cluster: string; service: string },
  signal: AbortSignal,
): Promise<ServiceSetup | undefined> {
  const command = new DescribeServicesCommand({ cluster, services: [service] });
  const answer = await callAws(call(connection, 'DescribeServices'), signal, async (abortSignal) => {
    try {
      return await client(connection).send(command, { abortSignal });
    } catch (error) {
      if (factsOf(error).name === 'ClusterNotFoundException') return undefined;
      throw error;
    }
  });
  const found = answer?.services?.find(({ status }) => status !== 'INACTIVE');
  if (found === undefined) return undefined;
  const network = found.networkConfiguration?.awsvpcConfiguration;
  return {
    taskDefinition: found.taskDefinition ?? '',
    securityGroups: network?.securityGroups ?? [],
    subnets: network?.subnets ?? [],
    balanced: (found.loadBalancers ?? []).map(({ containerName, containerPort, targetGroupArn }) => ({
      container: containerName ?? '',
      port: containerPort ?? 0,
      targetGroup: targetGroupArn ?? '',
    })),
  };
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

function client(connection: RegionalConnection): ECSClient {
  return clientOf(connection, ECSClient, 'ECS');
}

function call({ profile, region }: RegionalConnection, operation: string) {
  return { service: 'ECS', action: `ecs:${operation}`, profile, region };
}
