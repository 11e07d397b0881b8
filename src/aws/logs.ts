import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { failed } from '../errors.ts';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo } from './call.ts';
import { type clientConfig, clientOf, type RegionalConnection } from './connection.ts';

/** A line as CloudWatch Logs keeps it. */
export interface LogEvent {
  /** Unique; missing where the live tail gave it. */
  id?: string;
  stream: string;
  /** Milliseconds since the epoch, by the clock of who sent it. */
  time: number;
  message: string;
}

export interface LogEventsQuery {
  group: string;
  /** Milliseconds since the epoch, both inclusive. */
  since: number;
  until?: number | undefined;
  /** A filter pattern of CloudWatch Logs. */
  pattern?: string | undefined;
}

/** Events of a page. AWS gives up to 10,000, or 1 MB, of which a third more memory is needed. */
const PAGE = 1000;

/**
 * Events of all streams of a group, page by page, by time. A page may be empty.
 * @throws failed (exit 1) where there is no such group
 */
export async function* logEvents(
  connection: RegionalConnection,
  query: LogEventsQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEvent[]> {
  let next: string | undefined;
  do {
    // The answer itself must be gone before what it held is worked on, or both take up memory.
    const page = await pageOf(connection, query, next, signal);
    next = page.next;
    yield page.events;
  } while (next !== undefined);
}

async function pageOf(
  connection: RegionalConnection,
  { group, since, until, pattern }: LogEventsQuery,
  next: string | undefined,
  signal: AbortSignal,
): Promise<{ events: LogEvent[]; next: string | undefined }> {
  const command = new FilterLogEventsCommand({
    logGroupName: group,
    startTime: Math.max(0, Math.floor(since)),
    endTime: until === undefined ? undefined : Math.ceil(until),
    filterPattern: pattern,
    nextToken: next,
    limit: PAGE,
  });
  const answer = await callAws(logsCall(connection, 'FilterLogEvents'), signal, async (abortSignal) => {
    try {
      return await logsClient(connection).send(command, { abortSignal });
    } catch (error) {
      throw missingGroup(error, group) ?? error;
    }
  });
  const events = (answer.events ?? []).map(({ eventId, logStreamName, timestamp, message }) => ({
    ...(eventId === undefined ? {} : { id: eventId }),
    stream: logStreamName ?? '',
    time: timestamp ?? 0,
    message: message ?? '',
  }));
  return { events, next: answer.nextToken };
}

export function missingGroup(error: unknown, group: string) {
  if (factsOf(error).name !== 'ResourceNotFoundException') return undefined;
  return failed('no_log_group', `there is no log group ${group}`, [
    'the service has none until its stack is complete; somebody may have deleted it: mcp-s3 deploy makes it again',
  ]);
}

/** FilterLogEvents is limited to a few calls a second for the whole account: it has more tries than others. */
class PatientLogsClient extends CloudWatchLogsClient {
  constructor(config: ReturnType<typeof clientConfig>) {
    super({ ...config, maxAttempts: 8 });
  }
}

export function logsClient(connection: RegionalConnection): CloudWatchLogsClient {
  return clientOf(connection, PatientLogsClient, 'CLOUDWATCH_LOGS');
}

export const logsCall = callsTo('CloudWatch Logs', 'logs');
