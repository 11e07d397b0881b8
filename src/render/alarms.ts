import type { Alarm, AlarmChange, AlarmReport } from '../targets/alarm-report.ts';
import { formatTime } from './local-time.ts';
import type { Style } from './style.ts';
import { wrapIndented } from './wrap.ts';

interface AlarmsView {
  style: Style;
  width: number;
  now: number;
  /** What a look of doctor is called for people, by its id. */
  lookTitle(id: string): string;
}

/** Each alarm's state, why, and since when; what it means and where to look too where it rings. */
export function renderAlarms({ alarms, scaling = [] }: AlarmReport, view: AlarmsView): string[] {
  const { style, width } = view;
  const stateWidth = Math.max(0, ...[...alarms, ...scaling].map(({ state }) => state.length));
  const lines = alarms.flatMap((alarm) => {
    const rings = alarm.state === 'ALARM';
    const muted = alarm.muted ? ' (its actions are switched off: it tells nobody)' : '';
    return [
      `${stateText(alarm.state, stateWidth, style)}  ${style.bold(alarm.name)}${style.yellow(muted)}`,
      ...(rings ? wrapIndented(alarm.description, width, '  ') : []),
      ...reasonLines(alarm, view),
      ...(rings && alarm.doctor !== undefined
        ? wrapIndented(
            `mcp-s3 doctor looks at: ${alarm.doctor.map(view.lookTitle).join(', ')}`,
            width,
            '  ',
          ).map(style.dim)
        : []),
      ...historyLines(alarm.history, view),
    ];
  });
  if (alarms.length === 0) lines.push('The stage has no alarms: mcp-s3 deploy makes them again.');
  return scaling.length === 0 ? lines : [...lines, ...scalingLines(scaling, stateWidth, view)];
}

/** In no colour: a state of ALARM is how they work. */
function scalingLines(scaling: Alarm[], stateWidth: number, view: AlarmsView): string[] {
  const { style, width } = view;
  return [
    '',
    style.bold('Scaling and waking (no faults, never counted)'),
    ...scaling.flatMap((alarm) => [
      `${alarm.state.padEnd(stateWidth)}  ${alarm.name}`,
      ...wrapIndented(alarm.description, width, '  '),
      ...reasonLines(alarm, view),
      ...historyLines(alarm.history, view),
    ]),
  ];
}

function reasonLines({ reason, since }: Alarm, { style, width, now }: AlarmsView): string[] {
  const time = since === undefined ? '' : `; since ${formatTime(Date.parse(since), now)}`;
  return wrapIndented(`${reason}${time}`, width, '  ').map(style.dim);
}

/** The newest first, as CloudWatch's console has them. */
function historyLines(history: AlarmChange[] | undefined, { style, width, now }: AlarmsView): string[] {
  if (history === undefined) return [];
  if (history.length === 0) return wrapIndented('no change in this time', width, '    ').map(style.dim);
  return history.flatMap(({ time, from, to, reason }) => {
    const paint = to === 'ALARM' ? style.red : style.dim;
    const text = `${formatTime(Date.parse(time), now)}  ${from} -> ${to}: ${reason}`;
    return wrapIndented(text, width, '    ').map(paint);
  });
}

function stateText(state: Alarm['state'], width: number, style: Style): string {
  const text = state.padEnd(width);
  if (state === 'ALARM') return style.red(text);
  return state === 'OK' ? style.green(text) : style.yellow(text);
}
