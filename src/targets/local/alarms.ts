import { stageNames } from '../../../server/names.ts';
import type { Alarm, AlarmChange, AlarmOptions, AlarmReport, AlarmState } from '../alarm-report.ts';
import {
  ALARM_PERIOD_MS,
  ALARM_RULES,
  ALARM_STEP_MS,
  type AlarmRule,
  LATENCY_SHARE,
} from '../alarm-rules.ts';
import { measuredReason } from '../alarm-words.ts';
import type { LogLine } from '../log-line.ts';
import { ascending, percentile } from './percentile.ts';
import { isRequestLine, requestLine } from './request-line.ts';

/** What one minute of the log holds. */
interface Minute {
  failures: number;
  errors: number;
  serviceMs: number[];
}

const WINDOW = ALARM_PERIOD_MS / ALARM_STEP_MS;

/**
 * The states of a stage's alarms at `now` (milliseconds since the epoch), from the lines of its log. The lines
 * decide how far back a state's beginning can be seen. Without any line nothing is known: INSUFFICIENT_DATA.
 */
export async function evaluateAlarms(
  lines: AsyncIterable<LogLine>,
  stage: string,
  now: number,
  options: AlarmOptions = {},
): Promise<AlarmReport> {
  const minutes = new Map<number, Minute>();
  let first = Number.POSITIVE_INFINITY;
  for await (const line of lines) {
    if (line.time > now) continue;
    const at = Math.floor(line.time / ALARM_STEP_MS);
    first = Math.min(first, at);
    let minute = minutes.get(at);
    if (minute === undefined) {
      minute = { failures: 0, errors: 0, serviceMs: [] };
      minutes.set(at, minute);
    }
    add(minute, line);
  }
  const known = { minutes, first, now };
  return { alarms: Object.values(ALARM_RULES).map((rule) => evaluate(rule, stage, known, options)) };
}

/** A request's line counts as an answer, any other error as an error: see alarm-rules.ts. */
function add(minute: Minute, line: LogLine): void {
  const request = requestLine(line);
  if (request !== undefined) {
    if (request.status >= 500) minute.failures++;
    if (request.serviceMs !== undefined) minute.serviceMs.push(request.serviceMs);
  } else if (line.level === 'error' && !isRequestLine(line)) minute.errors++;
}

interface Known {
  minutes: Map<number, Minute>;
  first: number;
  now: number;
}

function evaluate(
  rule: AlarmRule,
  stage: string,
  { minutes, first, now }: Known,
  { historySince }: AlarmOptions,
): Alarm {
  const name = `${stageNames(stage).stack}-${rule.id}`;
  const { description } = rule;
  const asked = (history: AlarmChange[]) => (historySince === undefined ? {} : { history });
  if (minutes.size === 0) {
    const reason = 'the log has no requests to go by';
    return { name, description, state: 'INSUFFICIENT_DATA', reason, ...asked([]) };
  }
  const last = Math.floor(now / ALARM_STEP_MS);
  const figureAt = (minute: number) => figure(rule, window(minutes, minute));
  const reasonAt = (value: number | undefined, until: number) =>
    measuredReason({ ...rule, value, stretchMs: ALARM_PERIOD_MS, until });

  const current = figureAt(last);
  const changes: AlarmChange[] = [];
  let later = { value: current, state: stateOf(rule, current) };
  const alarm: Alarm = { name, description, state: later.state, reason: reasonAt(current, now) };
  for (let minute = last - 1; minute >= first; minute--) {
    const value = figureAt(minute);
    const state = stateOf(rule, value);
    const at = (minute + 1) * ALARM_STEP_MS;
    if (state !== later.state) {
      const time = new Date(at).toISOString();
      alarm.since ??= time;
      if (historySince === undefined || at < historySince) break;
      changes.push({ time, from: state, to: later.state, reason: reasonAt(later.value, at + ALARM_STEP_MS) });
    }
    later = { value, state };
  }
  return { ...alarm, ...asked(changes) };
}

function window(minutes: Map<number, Minute>, last: number): Minute[] {
  const found = [];
  for (let at = last - WINDOW + 1; at <= last; at++) {
    const minute = minutes.get(at);
    if (minute !== undefined) found.push(minute);
  }
  return found;
}

/** The value that a rule looks at; undefined where there was no request to measure. */
function figure({ id }: AlarmRule, minutes: Minute[]): number | undefined {
  if (id === '5xx') return sum(minutes.map(({ failures }) => failures));
  if (id === 'error-logs') return sum(minutes.map(({ errors }) => errors));
  const values = minutes.flatMap(({ serviceMs }) => serviceMs);
  return values.length === 0 ? undefined : percentile(ascending(values), LATENCY_SHARE);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function stateOf({ id, threshold }: AlarmRule, value: number | undefined): AlarmState {
  if (value === undefined) return 'OK';
  const rings = id === 'latency' ? value > threshold : value >= threshold;
  return rings ? 'ALARM' : 'OK';
}
