import { findApiKey } from '../../aws/api-keys.ts';
import { usageOfDay } from '../../aws/api-usage.ts';
import { newestEvent } from '../../aws/cloudformation-events.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { describeService, type EcsService } from '../../aws/ecs.ts';
import { targetHealth } from '../../aws/load-balancer.ts';
import { failed } from '../../errors.ts';
import { deployerOf } from '../../stack/deployer.ts';
import type { StatusReport } from '../target.ts';
import { stageAlarms } from './alarms.ts';
import { ASLEEP_TAG, type DeployedStack, outputOf, VERSION_TAG } from './deployed-stack.ts';
import { currentSlot, slotsOf } from './key-slots.ts';
import { Looks } from './look.ts';

export interface StatusSources {
  url: string;
  /**
   * Asks the service itself for its health. Not called while nothing runs: a request would wake it. Missing where it
   * is asked again and again: each request counts against the quota of the day.
   */
  ask?: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

/** How a stage is, from all that has to do with it, asked at once. What may not be looked at is named. */
export async function awsStatus(
  stack: DeployedStack,
  connection: RegionalConnection,
  { url, ask, now }: StatusSources,
  signal: AbortSignal,
): Promise<StatusReport> {
  const looks = new Looks();
  const keyId = stack.outputs[`ApiKeyId${currentSlot(slotsOf(stack.parameters))}`];
  const [service, healthy, alarms, usage, key, newest] = await Promise.all([
    looks.at('tasks', () => serviceOf(stack, connection, signal)),
    looks.at('health of the tasks', () => countHealthy(stack, connection, signal)),
    looks.at('alarms', () => stageAlarms(stack, connection, signal)),
    looks.at('quota', () =>
      usageOfDay(
        connection,
        { usagePlan: outputOf(stack, 'UsagePlanId'), day: new Date(now).toISOString().slice(0, 10) },
        signal,
      ),
    ),
    looks.at('key', async () => keyId && findApiKey(connection, keyId, signal)),
    looks.at('last deployment', () => newestEvent(connection, stack.id, signal)),
  ]);
  const state = service === undefined ? undefined : stateOf(service, healthy);
  const answer =
    state === 'asleep' || ask === undefined
      ? undefined
      : await looks.at('the service itself', () => ask(signal));
  const deployedAt = stack.updatedAt ?? stack.createdAt;
  const by = deployerOf(newest?.token);
  const ringing = alarms?.filter((alarm) => alarm.state === 'ALARM').map(({ name }) => name);

  return {
    target: 'aws',
    stage: stack.stage,
    endpoint: url,
    health: answer ?? (healthy ? 'healthy' : state === 'awake' ? 'unknown' : (state ?? 'unknown')),
    version: stack.tags[VERSION_TAG] ?? stack.outputs.StackVersion ?? '',
    details: defined({
      region: stack.region,
      state,
      asleep_since: state === 'asleep' ? service?.tags[ASLEEP_TAG] : undefined,
      tasks_running: service?.running,
      tasks_desired: service?.desired,
      tasks_healthy: healthy,
      rollout: service === undefined ? undefined : rolloutOf(service),
      alarms_ringing: ringing === undefined ? undefined : ringing.length === 0 ? 'none' : ringing.join(', '),
      requests_today: usage === undefined ? undefined : (usage.get(keyId ?? '')?.used ?? 0),
      quota_a_day: Number(stack.parameters.QuotaPerDay ?? 0),
      key_created_at: key ? new Date(key.createdAt).toISOString() : undefined,
      key_age_days: key ? Math.floor((now - key.createdAt) / 86_400_000) : undefined,
      image_digest: stack.outputs.ImageUri?.split('@')[1],
      model: stack.outputs.ModelId,
      stack_status: stack.status,
      last_deployment: new Date(deployedAt).toISOString(),
      deployed_by: by,
      could_not_look: looks.missed.length === 0 ? undefined : looks.missed.join('; '),
    }),
  };
}

async function serviceOf(stack: DeployedStack, connection: RegionalConnection, signal: AbortSignal) {
  const place = { cluster: outputOf(stack, 'ClusterName'), service: outputOf(stack, 'ServiceName') };
  const service = await describeService(connection, place, signal);
  if (service !== undefined) return service;
  throw failed('no_service', `the ECS service ${place.service} is gone; mcp-s3 deploy makes it again`);
}

async function countHealthy(stack: DeployedStack, connection: RegionalConnection, signal: AbortSignal) {
  const targets = await targetHealth(connection, outputOf(stack, 'TargetGroupArn'), signal);
  return targets.filter(({ state }) => state === 'healthy').length;
}

/** In the keeper's words. Where it is not known whether a task is healthy, one that runs will do. */
function stateOf({ desired, running }: EcsService, healthy: number | undefined) {
  if (desired === 0) return 'asleep';
  return (healthy ?? running) > 0 ? 'awake' : 'waking';
}

/** Only what is not as usual. */
function rolloutOf({ rollout, rolloutReason }: EcsService): string | undefined {
  if (rollout === 'COMPLETED') return undefined;
  return rollout === 'FAILED' ? `failed: ${rolloutReason}` : 'a new version is being rolled out';
}

function defined(details: Record<string, string | number | undefined>): StatusReport['details'] {
  return Object.fromEntries(
    Object.entries(details).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}
