import { log } from '../telemetry/log.ts';
import { setBounds } from './bounds.ts';
import { readService, remember, type ServiceState } from './service.ts';
import { wake } from './wake.ts';

/** A hold that nobody releases ends by itself; a longer one is a mistake (milliseconds). */
const LONGEST_HOLD_MS = 24 * 60 * 60_000;

/** Keeps the service awake until a time (ISO 8601), also past a schedule that would put it to sleep. */
export async function hold(until: unknown): Promise<ServiceState> {
  const heldUntil = typeof until === 'string' ? Date.parse(until) : Number.NaN;
  const now = Date.now();
  if (!(heldUntil > now && heldUntil <= now + LONGEST_HOLD_MS)) {
    throw new Error('hold: "until" must be a time (ISO 8601) within the next 24 hours');
  }
  const { arn } = await readService();
  await remember(arn, { heldUntil });
  await setBounds({ scheduleSuspended: true });
  const service = await wake();
  log('info', 'held', { until: new Date(heldUntil).toISOString() });
  return { ...service, facts: { ...service.facts, heldUntil } };
}

/** Ends a hold. The service stays awake for now: whether it is idle is for the next check to say. */
export async function release(): Promise<ServiceState> {
  const service = await readService();
  await setBounds({ scheduleSuspended: false });
  if (service.facts.heldUntil === undefined) return service;
  await remember(service.arn, { heldUntil: undefined });
  log('info', 'released');
  return { ...service, facts: { ...service.facts, heldUntil: undefined } };
}
