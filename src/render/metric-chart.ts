import type { MetricsReport, MetricsStep } from '../targets/metrics-report.ts';
import { columnChart, groupNeighbours } from './chart.ts';
import type { Glyphs } from './glyphs.ts';
import { formatTime } from './local-time.ts';
import type { Style } from './style.ts';

export interface ChartLook {
  style: Style;
  /** Columns of the terminal. */
  width: number;
  glyphs: Glyphs;
  now: number;
  /** Lines of the columns. */
  height: number;
  /** With a base line and both ends of the time below. */
  axis: boolean;
}

export interface Curve {
  value: (step: MetricsStep) => number | null;
  /** One value for several steps, where there is no room for all. */
  merge: (values: number[]) => number;
  format: (value: number) => string;
  /** Value that fills the height. Default: the largest. */
  top?: number;
}

/** Characters of the longest text beside a chart: "23 h 59 min". How many columns fit is decided before it is known. */
const LONGEST_LABEL = 11;

export const INDENT = '  ';

export const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
export const most = (values: number[]) => Math.max(...values);

/** Columns over time with the top value at the side. */
export function metricChart(
  { series, since, until }: MetricsReport,
  curve: Curve,
  look: ChartLook,
): string[] {
  const { glyphs, style, width, now, height } = look;
  const { vertical, corner, horizontal } = glyphs.axis;
  const values = groupNeighbours(
    series.map(curve.value),
    width - INDENT.length - LONGEST_LABEL - 2,
    (group) => {
      const known = group.filter((each) => each !== null);
      return known.length === 0 ? null : curve.merge(known);
    },
  );
  const top = curve.top ?? Math.max(...values.map((each) => each ?? 0));
  const label = curve.format(top);
  const side = (text: string) => INDENT + text.padStart(label.length);
  const columns = columnChart(values, { height, top, glyphs }).map(
    (line, index) => `${style.dim(`${side(index === 0 ? label : '')} ${vertical}`)}${style.cyan(line)}`,
  );
  if (!look.axis) return columns;
  const [from, to] = [since, until].map((time) => formatTime(Date.parse(time), now, { seconds: false }));
  return [
    ...columns,
    style.dim(`${side('0')} ${corner}${horizontal.repeat(values.length)}`),
    style.dim(`${side('')}  ${from}${to!.padStart(Math.max(to!.length + 1, values.length - from!.length))}`),
  ];
}
