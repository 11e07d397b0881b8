import { type AlarmFacts, alarmHistory, describeAlarms, setAlarmState } from '../../aws/cloudwatch-alarms.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { topicSubscriptions } from '../../aws/sns.ts';
import { failed, usageError } from '../../errors.ts';
import { sleep } from '../../sleep.ts';
import type { AlarmTest } from '../alarm-report.ts';
import { alarmId, stageAlarms } from './alarms.ts';
import { type DeployedStack, outputOf, placeFlags } from './deployed-stack.ts';

const REASON = 'A test by mcp-s3 alarms test: nothing is wrong.';

/** CloudWatch writes down what an alarm did some seconds after it did it. */
const WAIT_MS = 30_000;
const LOOK_MS = 2000;

export interface AlarmTestTimes {
  waitMs: number;
  lookMs: number;
}

/**
 * Rings one alarm on purpose, waits until CloudWatch says that it sent the message, and puts it back, also after
 * Ctrl-C.
 * @param id `error-logs`
 * @throws failed (exit 1) where nobody would be told: no address, none confirmed, an alarm that tells nobody
 */
export async function testAlarm(
  stack: DeployedStack,
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
  { waitMs, lookMs }: AlarmTestTimes = { waitMs: WAIT_MS, lookMs: LOOK_MS },
): Promise<AlarmTest> {
  const alarm = await chosenAlarm(stack, connection, id, signal);
  const told = await listeners(stack, connection, signal);
  const { name } = alarm;
  const begun = Date.now();
  await setAlarmState(connection, { name, state: 'ALARM', reason: REASON }, signal);
  try {
    const sent = await wasSent(connection, { name, since: begun, waitMs, lookMs }, signal);
    return { alarm: name, told, sent, set_back_to: alarm.state };
  } finally {
    await setBack(connection, alarm, AbortSignal.timeout(20_000));
  }
}

async function listeners(
  stack: DeployedStack,
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<string[]> {
  const flags = placeFlags(stack.stage, connection);
  const all = await topicSubscriptions(connection, outputOf(stack, 'TopicArn'), signal);
  if (all.length === 0) {
    throw failed('no_listener', `nobody is told of alarms of stage ${stack.stage}`, [
      `name an address: mcp-s3 deploy --email you@example.com ${flags}`,
    ]);
  }
  const confirmed = all.filter((each) => each.confirmed).map(({ endpoint }) => endpoint);
  if (confirmed.length > 0) return confirmed;
  const waiting = all.map(({ endpoint }) => endpoint).join(', ');
  throw failed('mail_unconfirmed', `${waiting} has not confirmed that it wants to be told of alarms`, [
    'follow the link in the mail "AWS Notification - Subscription Confirmation"; it may be with the spam',
    `to have it sent again: aws sns subscribe --topic-arn ${outputOf(stack, 'TopicArn')} --protocol email --notification-endpoint ${waiting} --region ${stack.region}`,
  ]);
}

async function chosenAlarm(
  stack: DeployedStack,
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<AlarmFacts> {
  const alarms = await stageAlarms(stack, connection, signal);
  // One that is made of others does not go back by itself.
  const metric = alarms.filter((alarm) => alarm.metric !== undefined);
  const alarm = metric.find(({ name }) => name === id || alarmId(name, stack) === id);
  if (alarm === undefined) {
    const ids = metric.map(({ name }) => alarmId(name, stack)).join(', ');
    throw usageError(`stage ${stack.stage} has no alarm ${JSON.stringify(id)} that can be tested`, [
      `alarms: ${ids}`,
    ]);
  }
  if (alarm.state === 'ALARM') {
    throw failed('rings_already', `${alarm.name} rings already, so a test would send nothing`, [
      `see why: mcp-s3 alarms ${placeFlags(stack.stage, connection)}`,
      'or name another alarm',
    ]);
  }
  if (!alarm.actionsEnabled || !alarm.actions.includes(outputOf(stack, 'TopicArn'))) {
    throw failed('muted', `${alarm.name} tells nobody: its actions are switched off or were changed`, [
      `switch them on: aws cloudwatch enable-alarm-actions --alarm-names ${alarm.name} --region ${stack.region}`,
    ]);
  }
  return alarm;
}

/** @throws failed (exit 1) where CloudWatch says that it could not send the message */
async function wasSent(
  connection: RegionalConnection,
  { name, since, waitMs, lookMs }: { name: string; since: number } & AlarmTestTimes,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    // Its clock and ours may differ.
    const actions = await alarmHistory(connection, { name, what: 'Action', since: since - 5000 }, signal);
    if (actions.some(({ summary }) => /^Successfully executed/i.test(summary))) return true;
    const trouble = actions.find(({ summary }) => /^Failed to execute/i.test(summary));
    if (trouble !== undefined) {
      throw failed('not_sent', `CloudWatch could not send the message: ${reasonOf(trouble)}`, [
        'the topic must let cloudwatch.amazonaws.com publish: mcp-s3 deploy puts its policy back',
      ]);
    }
    if (performance.now() >= deadline) return false;
    await sleep(lookMs, signal);
  }
}

function reasonOf({ summary, data }: { summary: string; data: string }): string {
  try {
    return String(JSON.parse(data).error ?? summary);
  } catch {
    return summary;
  }
}

/** Not where it rings for another reason by now. */
async function setBack(
  connection: RegionalConnection,
  { name, state }: AlarmFacts,
  signal: AbortSignal,
): Promise<void> {
  const found = await describeAlarms(connection, name, signal);
  if (found.find((alarm) => alarm.name === name)?.reason !== REASON) return;
  await setAlarmState(connection, { name, state, reason: 'The test is over.' }, signal);
}
