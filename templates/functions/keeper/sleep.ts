import { log } from '../telemetry/log.ts';
import { setBounds } from './bounds.ts';
import { readService, remember, type ServiceState, setDesired } from './service.ts';
import { wake } from './wake.ts';

function isHeld({ facts }: ServiceState): boolean {
  return facts.heldUntil !== undefined && facts.heldUntil > Date.now();
}

/** Why the service must not be put to sleep now, whoever asks; undefined when it may. */
export function reasonToStay(service: ServiceState): string | undefined {
  if (isHeld(service)) return `it is held awake until ${new Date(service.facts.heldUntil!).toISOString()}`;
  return service.deploying ? 'a new version is being rolled out' : undefined;
}

/**
 * Puts the service to sleep. Two of this function can run at once, and reserved concurrency, which would prevent it,
 * is refused to young accounts. So:
 *
 *     check:  read ... suspend, 0 tasks ... read again, and wake when somebody woke it meanwhile
 *     wake:            write the time ... resume, 1 task
 *
 * Either the second reading sees the time, or the waking call's changes come after ours.
 *
 * @param service as it was when sleeping was decided
 */
export async function sleep(service: ServiceState): Promise<ServiceState> {
  await setBounds({ min: 0, dynamicSuspended: true });
  await setDesired(0);
  const asleepSince = Date.now();
  await remember(service.arn, { asleepSince });
  const after = await readService();
  if ((after.facts.wokenAt ?? 0) > (service.facts.wokenAt ?? 0) || isHeld(after)) {
    log('info', 'woken while going to sleep');
    return wake();
  }
  log('info', 'asleep');
  return { ...after, desired: 0, facts: { ...after.facts, asleepSince } };
}
