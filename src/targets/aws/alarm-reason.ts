import type { AlarmFacts } from '../../aws/cloudwatch-alarms.ts';
import { measuredReason } from '../alarm-words.ts';

/** What a reason is made from: of an alarm now, or of a change in its history. */
type Told = Pick<AlarmFacts, 'reason' | 'reasonData' | 'metric'>;

/**
 * Why an alarm is in its state, in plain English. CloudWatch says it in a sentence of its own and in JSON; what
 * is neither, such as the words of a person who set the state, is passed on as it is.
 * @param id `5xx`
 */
export function alarmReason(id: string, told: Told): string {
  const data = parsed(told.reasonData);
  if (Array.isArray(data?.triggeringAlarms)) return byOthers(data.triggeringAlarms, told.reason);
  if (/^Unchecked: Initial alarm creation/.test(told.reason)) return 'made a moment ago, not evaluated yet';
  const until = Date.parse(String(data?.queryDate ?? '').replace(/\+0000$/, 'Z'));
  const { metric } = told;
  if (metric === undefined || Number.isNaN(until) || !Array.isArray(data?.recentDatapoints))
    return told.reason;
  return measuredReason({
    id,
    value: worst(data.recentDatapoints),
    threshold: metric.threshold,
    stretchMs: metric.period * metric.periods * 1000,
    until,
  });
}

/** Of a composite alarm: which of the others ring. */
function byOthers(alarms: unknown[], otherwise: string): string {
  const ringing = alarms.flatMap((alarm) => {
    const { arn, state } = alarm as { arn?: string; state?: { value?: string } };
    return state?.value === 'ALARM' && arn !== undefined ? [arn.slice(arn.lastIndexOf(':') + 1)] : [];
  });
  if (ringing.length > 0) return `${ringing.join(', ')} ${ringing.length === 1 ? 'rings' : 'ring'}`;
  return /arn:|AlarmRule/i.test(otherwise) ? 'none of the others rings' : otherwise;
}

/** Of several periods the one that is farthest from good: every threshold of ours is an upper one. */
function worst(values: unknown[]): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

function parsed(json: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
