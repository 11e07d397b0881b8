import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { findAws } from './call.ts';
import { cloudFormation, cloudFormationCall, isMissingStack } from './cloudformation.ts';
import type { RegionalConnection } from './connection.ts';

/** A resource that a stack made. */
export interface StackResource {
  logicalId: string;
  /** Empty where it was never made. */
  physicalId: string;
  type: string;
  /** Such as `CREATE_COMPLETE`. */
  status: string;
}

/**
 * Resources of a stack; none where there is no such stack.
 * @param stack name, or ARN, by which a deleted stack is still found
 */
export async function stackResources(
  connection: RegionalConnection,
  stack: string,
  signal: AbortSignal,
): Promise<StackResource[]> {
  const resources: StackResource[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListStackResourcesCommand({ StackName: stack, NextToken });
    const page = await findAws(
      cloudFormationCall(connection, 'ListStackResources'),
      signal,
      (error) => isMissingStack(error),
      (abortSignal) => cloudFormation(connection).send(command, { abortSignal }),
    );
    for (const resource of page?.StackResourceSummaries ?? []) {
      resources.push({
        logicalId: resource.LogicalResourceId!,
        physicalId: resource.PhysicalResourceId ?? '',
        type: resource.ResourceType!,
        status: resource.ResourceStatus!,
      });
    }
    NextToken = page?.NextToken;
  } while (NextToken !== undefined);
  return resources;
}
