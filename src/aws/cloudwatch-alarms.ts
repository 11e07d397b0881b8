import {
  type AlarmHistoryItem,
  type CompositeAlarm,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { callAws } from './call.ts';
import { cloudWatch, cloudWatchCall } from './cloudwatch.ts';
import type { RegionalConnection } from './connection.ts';

export interface AlarmFacts {
  name: string;
  description: string;
  state: StateValue;
  /** When the state began, milliseconds since the epoch. */
  since?: number;
  /** Why, in CloudWatch's words and as its JSON. */
  reason: string;
  reasonData?: string;
  /** What is told when it rings: ARNs. */
  actions: string[];
  actionsEnabled: boolean;
  /** Missing for one that is made of others. */
  metric?: { name: string; period: number; periods: number; threshold: number };
}

export interface AlarmHistoryEntry {
  /** Milliseconds since the epoch. */
  time: number;
  summary: string;
  /** JSON. */
  data: string;
}

/** Alarms whose names begin so, composite ones too, by name. */
export async function describeAlarms(
  connection: RegionalConnection,
  prefix: string,
  signal: AbortSignal,
): Promise<AlarmFacts[]> {
  const alarms: AlarmFacts[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeAlarmsCommand({
      AlarmNamePrefix: prefix,
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: 100,
      NextToken,
    });
    const page = await callAws(cloudWatchCall(connection, 'DescribeAlarms'), signal, (abortSignal) =>
      cloudWatch(connection).send(command, { abortSignal }),
    );
    for (const alarm of page.CompositeAlarms ?? []) alarms.push(factsOf(alarm));
    for (const alarm of page.MetricAlarms ?? []) {
      const { MetricName = '', Period = 0, EvaluationPeriods = 1, Threshold = 0 } = alarm;
      const metric = { name: MetricName, period: Period, periods: EvaluationPeriods, threshold: Threshold };
      alarms.push({ ...factsOf(alarm), metric });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return alarms.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What happened to an alarm, the newest first.
 * @param since milliseconds since the epoch; CloudWatch keeps 30 days
 */
export async function alarmHistory(
  connection: RegionalConnection,
  { name, what, since }: { name: string; what: 'StateUpdate' | 'Action'; since: number },
  signal: AbortSignal,
): Promise<AlarmHistoryEntry[]> {
  const entries: AlarmHistoryEntry[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeAlarmHistoryCommand({
      AlarmName: name,
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      HistoryItemType: what,
      StartDate: new Date(since),
      // Without an end of its own it would be that of the first page.
      EndDate: new Date(Date.now() + 3_600_000),
      ScanBy: 'TimestampDescending',
      MaxRecords: 100,
      NextToken,
    });
    const page = await callAws(cloudWatchCall(connection, 'DescribeAlarmHistory'), signal, (abortSignal) =>
      cloudWatch(connection).send(command, { abortSignal }),
    );
    entries.push(...(page.AlarmHistoryItems ?? []).map(entryOf));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return entries;
}

/** Puts an alarm into a state, which runs its actions; CloudWatch judges it anew within a minute or so. */
export async function setAlarmState(
  connection: RegionalConnection,
  { name, state, reason }: { name: string; state: StateValue; reason: string },
  signal: AbortSignal,
): Promise<void> {
  const command = new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: reason });
  await callAws(cloudWatchCall(connection, 'SetAlarmState'), signal, (abortSignal) =>
    cloudWatch(connection).send(command, { abortSignal }),
  );
}

function factsOf(alarm: MetricAlarm | CompositeAlarm): AlarmFacts {
  const facts: AlarmFacts = {
    name: alarm.AlarmName!,
    description: alarm.AlarmDescription ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    actions: alarm.AlarmActions ?? [],
    actionsEnabled: alarm.ActionsEnabled !== false,
  };
  // The second one also changes when only the reason does.
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  if (since !== undefined) facts.since = since.getTime();
  if (alarm.StateReasonData !== undefined) facts.reasonData = alarm.StateReasonData;
  return facts;
}

function entryOf({ Timestamp, HistorySummary = '', HistoryData = '' }: AlarmHistoryItem): AlarmHistoryEntry {
  return { time: Timestamp?.getTime() ?? 0, summary: HistorySummary, data: HistoryData };
}
