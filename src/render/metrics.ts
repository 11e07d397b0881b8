import type { MetricsReport } from '../targets/metrics-report.ts';
import { bar, columnChart, groupNeighbours } from './chart.ts';
import { formatDuration } from './duration.ts';
import type { Glyphs } from './glyphs.ts';
import { formatTime } from './local-time.ts';
import { formatNumber } from './number.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { wrapIndented } from './wrap.ts';

export interface MetricsView {
  style: Style;
  /** Columns of the terminal. */
  width: number;
  glyphs: Glyphs;
  now: number;
}

const CHART_HEIGHT = 4;

/** Characters of the longest text beside a chart: "23 h 59 min". How many columns fit is decided before it is known. */
const LONGEST_LABEL = 11;

const INDENT = '  ';

/** Figures and charts that fit the width. */
export function renderMetrics(report: MetricsReport, view: MetricsView): string[] {
  const { style } = view;
  const { requests, errors_4xx, errors_5xx, throttled, latency_ms, model_ms, summaries, tokens } = report;
  const [from, to] = [report.since, report.until].map((time) => moment(time, view));
  if (requests === 0) return [`No requests between ${from} and ${to}.`];
  const section = (title: string, figures: string[]) => [
    style.bold(title),
    ...wrapIndented(figures.join(', '), view.width, INDENT),
  ];
  const bad = (count: number, text: string, paint: Style['red']) => (count > 0 ? paint(text) : text);
  const lines = [
    ...section('Requests', [
      `${formatNumber(requests)} in all`,
      bad(
        errors_4xx,
        `${formatNumber(errors_4xx)} of 4XX${throttled > 0 ? ` (${formatNumber(throttled)} throttled)` : ''}`,
        style.yellow,
      ),
      bad(errors_5xx, `${formatNumber(errors_5xx)} of 5XX`, style.red),
    ]),
    ...chart(report, view, (step) => step.requests, sum, formatNumber),
  ];
  if (latency_ms !== null) {
    lines.push(...section('Latency without the model (chart: p90)', percentiles(latency_ms)));
    lines.push(...chart(report, view, (step) => step.p90_ms, most, formatDuration));
  }
  if (model_ms !== null) lines.push(...section('Waiting for the model', percentiles(model_ms)));
  if (summaries.total > 0) {
    const share = Math.round((100 * summaries.cached) / summaries.total);
    const figures = [
      formatNumber(summaries.total),
      `${formatNumber(summaries.cached)} from the cache (${share}%)`,
    ];
    if (tokens.input + tokens.output > 0)
      figures.push(`${formatNumber(tokens.input)} tokens in, ${formatNumber(tokens.output)} out`);
    lines.push(...section('Summaries', figures));
  }
  return [...lines, ...routeTable(report, view)];
}

function percentiles(values: NonNullable<MetricsReport['latency_ms']>): string[] {
  return (['p50', 'p90', 'p99', 'max'] as const).map((name) => `${name} ${formatDuration(values[name])}`);
}

type Step = MetricsReport['series'][number];

/** Columns with the largest value at the side and both ends of the time below. */
function chart(
  { series, since, until }: MetricsReport,
  view: MetricsView,
  value: (step: Step) => number | null,
  merge: (values: number[]) => number,
  format: (value: number) => string,
): string[] {
  const { glyphs, style, width } = view;
  const { vertical, corner, horizontal } = glyphs.axis;
  const grouped = (most: number) =>
    groupNeighbours(series.map(value), most, (group) => {
      const known = group.filter((each) => each !== null);
      return known.length === 0 ? null : merge(known);
    });
  const values = grouped(width - INDENT.length - LONGEST_LABEL - 2);
  const top = Math.max(...values.map((each) => each ?? 0));
  const label = format(top);
  const columns = columnChart(values, { height: CHART_HEIGHT, top, glyphs });
  const side = (text: string) => INDENT + text.padStart(label.length);
  const from = moment(since, view);
  const to = moment(until, view);
  return [
    ...columns.map(
      (line, index) => `${style.dim(`${side(index === 0 ? label : '')} ${vertical}`)}${style.cyan(line)}`,
    ),
    style.dim(`${side('0')} ${corner}${horizontal.repeat(values.length)}`),
    style.dim(`${side('')}  ${from}${to.padStart(Math.max(to.length + 1, values.length - from.length))}`),
  ];
}

function routeTable({ routes, requests }: MetricsReport, { style, width, glyphs }: MetricsView): string[] {
  const barWidth = width >= 60 ? 24 : 8;
  const rows = routes.map(({ route, requests: count, errors }) => [
    route,
    formatNumber(count),
    errors > 0 ? style.yellow(formatNumber(errors)) : '0',
    style.cyan(bar(count / requests, barWidth, glyphs)),
  ]);
  const columns = [
    { title: 'Route', cut: true },
    { title: 'Requests', align: 'right' as const },
    { title: 'Errors', align: 'right' as const },
    { title: '' },
  ];
  return renderTable(columns, rows, width, { title: style.bold, ellipsis: glyphs.ellipsis });
}

function moment(time: string, { now }: MetricsView): string {
  return formatTime(Date.parse(time), now, { seconds: false });
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function most(values: number[]): number {
  return Math.max(...values);
}
