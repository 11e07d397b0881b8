import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack as SdkStack,
} from '@aws-sdk/client-cloudformation';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

/** A stack as it stands. */
export interface Stack {
  /** ARN, which stays the same stack's also after a deletion. */
  id: string;
  name: string;
  /** Such as `UPDATE_COMPLETE`. */
  status: string;
  statusReason?: string;
  outputs: Record<string, string>;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  /** Termination protection is on: CloudFormation refuses to delete it. */
  protected: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Of the last change; missing where there was none since. */
  updatedAt?: number;
}

/** Reads a stack by its name or ARN; undefined where there is none of that name. */
export async function describeStack(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<Stack | undefined> {
  const page = await findAws(
    cloudFormationCall(connection, 'DescribeStacks'),
    signal,
    (error) => isMissingStack(error),
    (abortSignal) =>
      cloudFormation(connection).send(new DescribeStacksCommand({ StackName: name }), {
        abortSignal,
      }),
  );
  const stack = page?.Stacks?.[0];
  return stack === undefined ? undefined : stackOf(stack);
}

/** Every stack of the region that is not deleted. */
export async function listStacks(connection: RegionalConnection, signal: AbortSignal): Promise<Stack[]> {
  const stacks: Stack[] = [];
  let NextToken: string | undefined;
  do {
    const page = await callAws(cloudFormationCall(connection, 'DescribeStacks'), signal, (abortSignal) =>
      cloudFormation(connection).send(new DescribeStacksCommand({ NextToken }), { abortSignal }),
    );
    stacks.push(...(page.Stacks ?? []).map(stackOf));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return stacks;
}

/** The client of CloudFormation, for the adapters beside this one. */
export function cloudFormation(connection: RegionalConnection): CloudFormationClient {
  return clientOf(connection, CloudFormationClient, 'CLOUDFORMATION');
}

export const cloudFormationCall = callsTo('CloudFormation', 'cloudformation');

/** CloudFormation has no error of its own for it: "ValidationError: Stack with id mcp-dev does not exist". */
export function isMissingStack(error: unknown): boolean {
  const { name, message } = factsOf(error);
  return name === 'ValidationError' && /does not exist/i.test(message);
}

function stackOf(stack: SdkStack): Stack {
  const described: Stack = {
    id: stack.StackId ?? '',
    name: stack.StackName!,
    status: stack.StackStatus!,
    outputs: record(stack.Outputs, ({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    parameters: record(stack.Parameters, ({ ParameterKey, ParameterValue }) => [
      ParameterKey,
      ParameterValue,
    ]),
    tags: record(stack.Tags, ({ Key, Value }) => [Key, Value]),
    protected: stack.EnableTerminationProtection === true,
    createdAt: stack.CreationTime?.getTime() ?? 0,
  };
  if (stack.StackStatusReason !== undefined) described.statusReason = stack.StackStatusReason;
  if (stack.LastUpdatedTime !== undefined) described.updatedAt = stack.LastUpdatedTime.getTime();
  return described;
}

function record<T>(
  list: T[] | undefined,
  pair: (item: T) => [string | undefined, string | undefined],
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(pair).map(([name, value]) => [name ?? '', value ?? '']));
}
