import { log } from '../telemetry/log.ts';
import { awakeBounds, setBounds } from './bounds.ts';
import { readService, remember, type ServiceState, setDesired } from './service.ts';

/** A waking call counts for this long: callers that wait ask again every few seconds (milliseconds). */
const FRESH_MS = 60_000;

/**
 * Wakes the service, or says of an awake one that somebody needs it. The time is written down before anything is
 * changed, so that a check that is just putting it to sleep sees it: see sleep.ts.
 */
export async function wake(): Promise<ServiceState> {
  const service = await readService();
  const { wokenAt } = service.facts;
  const { min, max } = awakeBounds();
  const now = Date.now();
  if (service.desired >= min && wokenAt !== undefined && now - wokenAt < FRESH_MS) return service;
  const facts = {
    wokenAt: now,
    ...(service.facts.asleepSince === undefined ? {} : { asleepSince: undefined }),
  };
  await remember(service.arn, facts);
  await setBounds({ min, max, dynamicSuspended: false });
  const desired = Math.max(service.desired, min);
  if (desired !== service.desired) {
    await setDesired(desired);
    log('info', 'woken', { desired });
  }
  return { ...service, desired, facts: { ...service.facts, ...facts } };
}
