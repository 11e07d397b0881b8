import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { setting } from '../settings/setting.ts';

const logs = new CloudWatchLogsClient({});

/** Requests that ended, and those that have been running for a while. Health checks are none. */
const PATTERN = '{ ($.msg = "request" || $.msg = "running") && $.route != "/health" }';

/**
 * Whether the service logged a request since a time (milliseconds since the epoch). A request that API Gateway turns
 * away, such as a scanner's, never reaches the service.
 */
export async function requestedSince(startTime: number): Promise<boolean> {
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: setting('LOG_GROUP'),
        startTime,
        filterPattern: PATTERN,
        limit: 1,
        nextToken,
      }),
    );
    if ((page.events ?? []).length > 0) return true;
    // A page without events is not the end: only the missing token is.
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return false;
}
