import { type AlarmFacts, describeAlarms } from '../../aws/cloudwatch-alarms.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import type { Alarm } from '../alarm-report.ts';
import { alarmReason } from './alarm-reason.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** Ids of the template's own: `scaling-mcp-dev-` alone would also begin those of a stage `dev-2`. */
const OWN_IDS = ['wake'];

/**
 * Alarms that only drive scaling and waking: those of the template, and those that Application Auto Scaling makes for
 * the service itself, named after what it scales ("Target tracking scaling policies", its user guide).
 */
export async function scalingAlarms(
  stack: DeployedStack,
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<AlarmFacts[]> {
  const { ClusterName, ServiceName } = stack.outputs;
  const own = `scaling-${stack.name}-`;
  const tracking = `TargetTracking-service/${ClusterName}/${ServiceName}-Alarm`;
  const [waking, scaling] = await Promise.all([
    describeAlarms(connection, own, signal),
    ClusterName === undefined || ServiceName === undefined
      ? []
      : describeAlarms(connection, tracking, signal),
  ]);
  return [...waking.filter(({ name }) => OWN_IDS.includes(name.slice(own.length))), ...scaling];
}

/** Auto Scaling describes its alarms by "DO NOT EDIT OR DELETE" and an ARN, which says nothing to a person. */
export function scalingAlarm(facts: AlarmFacts): Alarm {
  const { name, state, since } = facts;
  return {
    name,
    description: purpose(facts),
    state,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    reason: alarmReason(name, facts),
  };
}

function purpose({ name, description, metric }: AlarmFacts): string {
  const side = /-Alarm(High|Low)-/.exec(name)?.[1];
  if (!name.startsWith('TargetTracking-') || side === undefined || metric === undefined) return description;
  const threshold = Math.round(metric.threshold * 10) / 10;
  return side === 'High'
    ? `Adds tasks while ${metric.name} is above ${threshold}.`
    : `Takes tasks away while ${metric.name} is below ${threshold}.`;
}
