import { countHealthy } from './health.ts';
import type { ServiceState } from './service.ts';

/** What the keeper answers to whoever calls it. Times are ISO 8601. */
export interface KeeperAnswer {
  state: 'awake' | 'waking' | 'asleep';
  running: number;
  desired: number;
  healthy: number;
  held_until?: string;
  woken_at?: string;
  asleep_since?: string;
  /** Why it did not do what it was asked. */
  refused?: string;
}

/** @param refused why the service was not put to sleep, if it was asked for */
export async function answerOf(service: ServiceState, refused?: string): Promise<KeeperAnswer> {
  const { desired, running, facts } = service;
  const healthy = desired === 0 ? 0 : await countHealthy();
  return {
    state: desired === 0 ? 'asleep' : healthy > 0 ? 'awake' : 'waking',
    running,
    desired,
    healthy,
    ...time('held_until', facts.heldUntil),
    ...time('woken_at', facts.wokenAt),
    ...time('asleep_since', facts.asleepSince),
    ...(refused === undefined ? {} : { refused }),
  };
}

function time<Name extends string>(name: Name, at: number | undefined) {
  return at === undefined ? {} : ({ [name]: new Date(at).toISOString() } as Record<Name, string>);
}
