import { type LiveTailSessionLogEvent, StartLiveTailCommand } from '@aws-sdk/client-cloudwatch-logs';
import { awsError } from './aws-error.ts';
import { callAws, callSignal, orAborted } from './call.ts';
import type { RegionalConnection } from './connection.ts';
import { type LogEvent, logsCall, logsClient, missingGroup } from './logs.ts';

/** What a session of the live tail says, about once a second. */
export interface LiveTailUpdate {
  events: LogEvent[];
  /** There were more than the 500 events a second that the live tail shows: some are missing. */
  sampled: boolean;
}

export interface LiveTailQuery {
  group: string;
  /** Without `:*` at its end. */
  groupArn: string;
  /** A filter pattern of CloudWatch Logs. */
  pattern?: string | undefined;
}

/** AWS sends something every second: a session that is silent for so long, in milliseconds, is dead. */
const SILENCE_MS = 20_000;

/**
 * New events of a group as they come in (StartLiveTail). The first update says that the session has begun; it ends
 * when AWS ends it, at the latest after three hours.
 * @throws failed (exit 1) where there is no such group; what else the call or the stream failed with
 */
export async function* liveTail(
  connection: RegionalConnection,
  { group, groupArn, pattern }: LiveTailQuery,
  signal: AbortSignal,
): AsyncGenerator<LiveTailUpdate> {
  const call = logsCall(connection, 'StartLiveTail');
  const command = new StartLiveTailCommand({
    logGroupIdentifiers: [groupArn],
    logEventFilterPattern: pattern,
  });
  const session = new AbortController();
  const abortSignal = callSignal(AbortSignal.any([signal, session.signal]));
  const timer = setTimeout(() => session.abort(), SILENCE_MS);
  try {
    const { responseStream } = await callAws(call, signal, async () => {
      try {
        return await logsClient(connection).send(command, { abortSignal });
      } catch (error) {
        throw missingGroup(error, group) ?? error;
      }
    });
    const stream = responseStream![Symbol.asyncIterator]();
    for (;;) {
      timer.refresh();
      // Silence ends it like any session.
      const { done, value } = await orAborted(stream.next(), abortSignal);
      if (done) return;
      const { sessionStart, sessionUpdate } = value;
      if (sessionStart !== undefined) yield { events: [], sampled: false };
      if (sessionUpdate !== undefined) {
        yield {
          events: (sessionUpdate.sessionResults ?? []).map(eventOf),
          sampled: sessionUpdate.sessionMetadata?.sampled === true,
        };
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (session.signal.aborted) return;
    throw awsError(error, call);
  } finally {
    clearTimeout(timer);
    session.abort();
  }
}

function eventOf({ logStreamName, timestamp, message }: LiveTailSessionLogEvent): LogEvent {
  return { stream: logStreamName ?? '', time: timestamp ?? 0, message: message ?? '' };
}
