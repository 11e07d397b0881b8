import { expect } from 'chai';
import type { AwsAccount } from './aws-account.ts';
import { type LoadedFunction, loadFunction } from './load-function.ts';

/** As `KeeperAnswer` of the function. */
export interface KeeperAnswer {
  state: string;
  running: number;
  desired: number;
  healthy: number;
  refused?: string;
  held_until?: string;
}

export type Keeper = LoadedFunction<unknown, KeeperAnswer>;

/** The keeper's bundle with the settings that the template gives it. */
export function loadKeeper(settings: Record<string, string> = {}): Promise<Keeper> {
  return loadFunction('keeper', {
    STAGE: 'dev',
    CLUSTER: 'mcp-dev',
    SERVICE: 'mcp-dev',
    TARGET_GROUP_ARN: 'arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup/mcp-dev-tg/1',
    LOG_GROUP: '/ecs/mcp-dev-task',
    SLEEP_AFTER_MINUTES: '15',
    MIN_TASKS: '1',
    MAX_TASKS: '4',
    ...settings,
  });
}

/** Auto scaling of a service that sleeps, and of one that is awake. */
export const SUSPENDED = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: false,
};
export const RESUMED = { ...SUSPENDED, DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false };

/** ISO 8601, so many minutes before now, or after. */
export const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
export const ahead = (minutes: number) => ago(-minutes);

/** The service has been asleep for an hour. */
export function putToSleep(account: AwsAccount): void {
  Object.assign(account.service, { desired: 0, running: 0 });
  account.service.tags.set('mcp-s3:asleep', new Date(Date.now() - 3_600_000).toISOString());
  account.healthy = 0;
  account.bounds = { MinCapacity: 0, MaxCapacity: 4, SuspendedState: SUSPENDED };
}

export async function rejects(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).to.be.an('error').with.property('message').that.matches(message);
}
