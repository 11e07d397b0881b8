import type { RegionalConnection } from '../../aws/connection.ts';
import { type LogEvent, logEvents } from '../../aws/logs.ts';
import { liveTail } from '../../aws/logs-live-tail.ts';
import { memorySaver } from '../../memory-saver.ts';
import { logFilter } from '../log-filter.ts';
import type { LogLine, LogQuery } from '../log-line.ts';
import { parseLogLine } from '../log-line-parser.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { LineOrder } from './line-order.ts';
import { FOLLOW_TIMES, type FollowTimes, followEvents } from './log-follow.ts';
import { filterPattern } from './log-pattern.ts';
import { logPlace } from './log-sources.ts';
import { type LogText, LogTexts } from './log-texts.ts';

/** Pages after which memory is given back: some 10 MB of text. */
const SAVE_EVERY = 20;

/** A line says when it was written; its event when it was sent, a moment later. */
const SENT_LATER_MS = 60_000;

/**
 * Lines of one of a stage's logs in order of time, of all its tasks, with flat memory. With `follow` it goes on until the
 * signal is aborted, across deployments: new tasks write into the same group.
 */
export async function* awsLogs(
  stack: DeployedStack,
  connection: RegionalConnection,
  query: LogQuery,
  signal: AbortSignal,
  times: FollowTimes = FOLLOW_TIMES,
): AsyncGenerator<LogLine> {
  const { group, keeps, lineOf, hasLevels } = logPlace(stack, query.source);
  const asked = hasLevels ? query : { ...query, level: undefined };
  const pattern = knowsPatterns(connection) ? filterPattern(asked) : undefined;
  const texts = new LogTexts();
  const order = new LineOrder();
  const asksFor = logFilter(query);
  const sort = (found: LogText[]) => {
    for (const { text, time } of found) {
      const line = lineOf(parseLogLine(text, time));
      if (asksFor(line, text)) order.add(line);
    }
  };

  const { since, until } = query;
  const saveMemory = memorySaver(SAVE_EVERY);
  if (!query.follow) {
    const latest = until === undefined ? undefined : until + SENT_LATER_MS;
    for await (const page of logEvents(connection, { group, since, until: latest, pattern }, signal)) {
      for (const event of page.filter(keeps)) sort(texts.add(event));
      saveMemory();
      yield* order.ready();
    }
    sort(texts.end());
    yield* order.rest();
    return;
  }

  const groupArn = arnOf(stack, group);
  const source = {
    events: (from: number) => logEvents(connection, { group, since: from, pattern }, signal),
    tail: (ended: AbortSignal) => liveTail(connection, { group, groupArn, pattern }, ended),
  };
  const { onNote = () => {} } = query;
  let caughtUp = false;
  for await (const events of followEvents(source, since, { signal, onNote, now: Date.now, times })) {
    for (const event of byTime(events.filter(keeps))) sort(texts.add(event));
    saveMemory();
    if (events.length === 0) {
      caughtUp = true;
      sort(texts.idle());
    }
    yield* caughtUp ? order.rest() : order.ready();
  }
}

function byTime(events: LogEvent[]): LogEvent[] {
  return events.sort((a, b) => a.time - b.time);
}

/** Emulators take patterns for plain words, or for nothing at all: there everything is filtered here. */
function knowsPatterns({ env }: RegionalConnection): boolean {
  return !env.AWS_ENDPOINT_URL && !env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS;
}

/** The stack's own ARN knows partition and account. */
function arnOf({ id, region }: DeployedStack, group: string): string {
  const [, partition, , , account] = id.split(':');
  return `arn:${partition}:logs:${region}:${account}:log-group:${group}`;
}
