import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { factsOf } from './aws-error.ts';
import { callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('CloudWatch Logs', 'logs');
const isMissing = (error: unknown) => factsOf(error).name === 'ResourceNotFoundException';

/** The last lines that a task wrote, oldest first; none where it wrote nothing or the group is gone. */
export async function lastLines(
  connection: RegionalConnection,
  { group, task, count }: { group: string; task: string; count: number },
  signal: AbortSignal,
): Promise<string[]> {
  const client = clientOf(connection, CloudWatchLogsClient, 'CLOUDWATCH_LOGS');
  // A stream's name is prefix/container/task, and the newest streams are the ones that are wanted.
  const streams = await findAws(call(connection, 'DescribeLogStreams'), signal, isMissing, (abortSignal) =>
    client.send(
      new DescribeLogStreamsCommand({
        logGroupName: group,
        orderBy: 'LastEventTime',
        descending: true,
        limit: 50,
      }),
      { abortSignal },
    ),
  );
  const stream = streams?.logStreams?.find(({ logStreamName }) => logStreamName?.endsWith(`/${task}`));
  if (stream?.logStreamName === undefined) return [];
  const { logStreamName } = stream;
  const page = await findAws(call(connection, 'GetLogEvents'), signal, isMissing, (abortSignal) =>
    client.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName, limit: count, startFromHead: false }),
      {
        abortSignal,
      },
    ),
  );
  return (page?.events ?? []).flatMap(({ message }) => message?.trimEnd() ?? []);
}
