import { numberSetting } from '../settings/setting.ts';
import { errorFields, log } from '../telemetry/log.ts';
import { readBounds } from './bounds.ts';
import { expireKeys } from './expire-keys.ts';
import { countHealthy } from './health.ts';
import { release } from './hold.ts';
import { requestedSince } from './last-request.ts';
import { readService, type ServiceState } from './service.ts';
import { reasonToStay, sleep } from './sleep.ts';
import { wake } from './wake.ts';

/**
 * How long the alarm that wakes may still ring from the last time, milliseconds. It speaks when it begins to ring, and
 * would not speak for a caller who meets the service asleep meanwhile.
 */
const STILL_RINGING_MS = 10 * 60_000;

/** What the schedule asks for. Both parts are tried; a failure of either fails the run, so that its alarm rings. */
export async function check(): Promise<ServiceState> {
  const [keys, service] = await Promise.allSettled([expireKeys(), checkSleep()]);
  for (const part of [keys, service]) {
    if (part.status === 'rejected') log('error', 'check failed', errorFields(part.reason));
  }
  if (keys.status === 'rejected') throw keys.reason;
  if (service.status === 'rejected') throw service.reason;
  return service.value;
}

async function checkSleep(): Promise<ServiceState> {
  let service = await readService();
  // Metric filters read this line: templates/app/observability.yaml.
  const { desired, running } = service;
  const healthy = desired === 0 ? 0 : await countHealthy();
  log('info', 'checked', { desired, running, healthy });
  const { heldUntil } = service.facts;
  if (heldUntil !== undefined && heldUntil <= Date.now()) service = await release();
  if (service.desired === 0) return service;
  // A schedule, a person or an update woke it. It gets its full time from now.
  if ((await readBounds())?.dynamicSuspended) return wake();
  const sleepAfterMs = numberSetting('SLEEP_AFTER_MINUTES') * 60_000;
  if (sleepAfterMs === 0 || reasonToStay(service) !== undefined) return service;
  // Nobody can be served: that nobody was says nothing, and asleep it would not look like the failure that it is.
  if (healthy === 0) return service;
  const now = Date.now();
  const idleSince = now - sleepAfterMs;
  if (Math.max(service.facts.wokenAt ?? 0, service.deployedAt) > idleSince) return service;
  if ((service.facts.wokenAt ?? 0) > now - STILL_RINGING_MS) return service;
  if (await requestedSince(idleSince)) return service;
  return sleep(service);
}
