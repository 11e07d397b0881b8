import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('CloudWatch Logs', 'logs');

/** Names of the log groups that begin with the prefix. */
export async function listLogGroups(
  connection: RegionalConnection,
  prefix: string,
  signal: AbortSignal,
): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, nextToken });
    const page = await callAws(call(connection, 'DescribeLogGroups'), signal, (abortSignal) =>
      client(connection).send(command, { abortSignal }),
    );
    names.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName!));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
}

/** Deletes a log group with all its lines. One that is gone is fine. */
export async function deleteLogGroup(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await callAws(call(connection, 'DeleteLogGroup'), signal, async (abortSignal) => {
    try {
      await client(connection).send(new DeleteLogGroupCommand({ logGroupName: name }), { abortSignal });
    } catch (error) {
      if (factsOf(error).name !== 'ResourceNotFoundException') throw error;
    }
  });
}

function client(connection: RegionalConnection): CloudWatchLogsClient {
  return clientOf(connection, CloudWatchLogsClient, 'CLOUDWATCH_LOGS');
}
