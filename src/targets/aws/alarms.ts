import {
  type AlarmFacts,
  type AlarmHistoryEntry,
  alarmHistory,
  describeAlarms,
} from '../../aws/cloudwatch-alarms.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { doctorChecks, isStageAlarm } from '../alarm-guide.ts';
import type { Alarm, AlarmChange, AlarmOptions, AlarmReport, AlarmState } from '../alarm-report.ts';
import { alarmReason } from './alarm-reason.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { scalingAlarm, scalingAlarms } from './scaling-alarms.ts';

/** States of a stage's alarms; apart from them those that only drive scaling and waking. */
export async function awsAlarms(
  stack: DeployedStack,
  connection: RegionalConnection,
  { historySince }: AlarmOptions,
  signal: AbortSignal,
): Promise<AlarmReport> {
  const [facts, driving] = await Promise.all([
    stageAlarms(stack, connection, signal),
    scalingAlarms(stack, connection, signal),
  ]);
  // What rings stands first.
  facts.sort((a, b) => Number(b.state === 'ALARM') - Number(a.state === 'ALARM'));
  const told = async (each: AlarmFacts, alarm: Alarm): Promise<Alarm> => {
    if (historySince === undefined) return alarm;
    const query = { name: each.name, what: 'StateUpdate' as const, since: historySince };
    const entries = await alarmHistory(connection, query, signal);
    return { ...alarm, history: entries.flatMap((entry) => changeOf(entry, each, stack)) };
  };
  const [alarms, scaling] = await Promise.all([
    Promise.all(facts.map((each) => told(each, alarmOf(each, stack)))),
    Promise.all(driving.map((each) => told(each, scalingAlarm(each)))),
  ]);
  return { alarms, scaling };
}

/**
 * The alarms of this stage. Those of a stage `dev-2` begin with `mcp-dev-` as well: what is left must be known, or
 * tell the stage's own topic.
 */
export async function stageAlarms(
  stack: DeployedStack,
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<AlarmFacts[]> {
  const alarms = await describeAlarms(connection, `${stack.name}-`, signal);
  const topic = stack.outputs.TopicArn;
  return alarms.filter(
    ({ name, actions }) =>
      isStageAlarm(alarmId(name, stack)) || (topic !== undefined && actions.includes(topic)),
  );
}

/** `5xx` of `mcp-dev-5xx`. */
export function alarmId(name: string, stack: DeployedStack): string {
  return name.slice(stack.name.length + 1);
}

function alarmOf(facts: AlarmFacts, stack: DeployedStack): Alarm {
  const { name, description, state, since, actions, actionsEnabled, metric } = facts;
  const id = alarmId(name, stack);
  const checks = doctorChecks(id);
  return {
    name,
    description,
    state,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    reason: alarmReason(id, facts),
    ...(checks.length === 0 ? {} : { doctor: checks }),
    ...(metric === undefined ? { composite: true } : {}),
    ...(actions.length > 0 && !actionsEnabled ? { muted: true } : {}),
  };
}

/** A change of state from its entry in the history ("HistoryData": JSON with the old and the new state). */
function changeOf(
  { time, data }: AlarmHistoryEntry,
  { name, metric }: AlarmFacts,
  stack: DeployedStack,
): AlarmChange[] {
  let states: Record<'oldState' | 'newState', Record<string, unknown> | undefined>;
  try {
    states = JSON.parse(data);
  } catch {
    return [];
  }
  const [from, to] = [states.oldState?.stateValue, states.newState?.stateValue];
  if (typeof from !== 'string' || typeof to !== 'string' || from === to) return [];
  const { stateReason = '', stateReasonData } = states.newState!;
  const told = {
    reason: String(stateReason),
    ...(stateReasonData === undefined ? {} : { reasonData: JSON.stringify(stateReasonData) }),
    ...(metric === undefined ? {} : { metric }),
  };
  return [
    {
      time: new Date(time).toISOString(),
      from: from as AlarmState,
      to: to as AlarmState,
      reason: alarmReason(alarmId(name, stack), told),
    },
  ];
}
