import type { Alarm, AlarmReport } from '../targets/alarm-report.ts';
import { formatTime } from './local-time.ts';
import type { Style } from './style.ts';
import { wrapIndented } from './wrap.ts';

/** Each alarm's state, why, and since when; what it means too where it rings. */
export function renderAlarms(
  { alarms }: AlarmReport,
  { style, width, now }: { style: Style; width: number; now: number },
): string[] {
  const stateWidth = Math.max(...alarms.map(({ state }) => state.length));
  return alarms.flatMap((alarm) => {
    const since = alarm.since === undefined ? '' : `; since ${formatTime(Date.parse(alarm.since), now)}`;
    return [
      `${stateText(alarm.state, stateWidth, style)}  ${style.bold(alarm.name)}`,
      ...(alarm.state === 'ALARM' ? wrapIndented(alarm.description, width, '  ') : []),
      ...wrapIndented(`${alarm.reason}${since}`, width, '  ').map(style.dim),
    ];
  });
}

function stateText(state: Alarm['state'], width: number, style: Style): string {
  const text = state.padEnd(width);
  if (state === 'ALARM') return style.red(text);
  return state === 'OK' ? style.green(text) : style.yellow(text);
}
