import type { Distribution, Gauge, MetricsReport, MetricsStep } from '../targets/metrics-report.ts';
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
  const { requests, latency_ms, model_ms, summaries, tokens, tasks } = report;
  const [from, to] = [report.since, report.until].map((time) => moment(time, view));
  const section = (title: string, figures: string[]) => [
    style.bold(title),
    ...wrapIndented(figures.join(', '), view.width, INDENT),
  ];
  const lines: string[] = [];
  if (requests === 0) lines.push(`No requests between ${from} and ${to}.`);
  else {
    lines.push(...section('Requests', requestFigures(report, style)));
    lines.push(...chart(report, view, (step) => step.requests, sum, formatNumber));
  }
  if (report.series.some(({ errors }) => errors > 0)) {
    lines.push(style.bold('Errors (4XX and 5XX)'));
    lines.push(...chart(report, view, (step) => step.errors, sum, formatNumber));
  }
  if (latency_ms !== null) {
    lines.push(...section('Latency without the model (chart: p90)', percentiles(latency_ms)));
    lines.push(...chart(report, view, (step) => step.p90_ms, most, formatDuration));
  }
  if (model_ms !== null) lines.push(...section('Waiting for the model', percentiles(model_ms)));
  if (summaries !== null && summaries.total > 0) {
    const share = Math.round((100 * summaries.cached) / summaries.total);
    const cached = `${formatNumber(summaries.cached)} from the cache (${share}%)`;
    lines.push(...section('Summaries', [formatNumber(summaries.total), cached]));
  }
  if (tokens.input + tokens.output > 0) {
    const figures = [`${formatNumber(tokens.input)} in`, `${formatNumber(tokens.output)} out`];
    lines.push(...section('Tokens', figures));
    lines.push(...chart(report, view, (step) => step.tokens, sum, formatNumber));
  }
  if (tasks) {
    lines.push(...section('Healthy tasks', levels(tasks, formatLevel)));
    lines.push(...chart(report, view, (step) => step.tasks ?? null, most, formatLevel));
  }
  for (const [name, title] of [
    ['cpu_percent', 'CPU'],
    ['memory_percent', 'Memory'],
  ] as const) {
    const gauge = report[name];
    if (!gauge) continue;
    lines.push(...section(title, levels(gauge, formatPercent)));
    lines.push(...chart(report, view, (step) => step[name] ?? null, most, formatPercent, 100));
  }
  return report.routes.length === 0 ? lines : [...lines, ...routeTable(report, view)];
}

function requestFigures(report: MetricsReport, style: Style): string[] {
  const { requests, errors_4xx, errors_5xx, throttled, forbidden = 0, unavailable = 0 } = report;
  const bad = (count: number, name: string, of: [number, string][], paint: Style['red']) => {
    const parts = of.filter(([part]) => part > 0).map(([part, what]) => `${formatNumber(part)} ${what}`);
    const text = `${formatNumber(count)} of ${name}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
    return count > 0 ? paint(text) : text;
  };
  const refused: [number, string][] = [
    [throttled, 'throttled'],
    [forbidden, 'without a valid key'],
  ];
  return [
    `${formatNumber(requests)} in all`,
    bad(errors_4xx, '4XX', refused, style.yellow),
    bad(errors_5xx, '5XX', [[unavailable, 'while no task was healthy']], style.red),
  ];
}

function levels({ last, average, max }: Gauge, format: (value: number) => string): string[] {
  return [`${format(last)} now`, `${format(average)} on average`, `${format(max)} at most`];
}

function formatLevel(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function formatPercent(value: number): string {
  return `${formatLevel(value)}%`;
}

function percentiles(values: Distribution): string[] {
  return (['p50', 'p90', 'p99', 'max'] as const).map((name) => `${name} ${formatDuration(values[name])}`);
}

/** Columns with the largest value at the side, or the top given, and both ends of the time below. */
function chart(
  { series, since, until }: MetricsReport,
  view: MetricsView,
  value: (step: MetricsStep) => number | null,
  merge: (values: number[]) => number,
  format: (value: number) => string,
  top?: number,
): string[] {
  const { glyphs, style, width } = view;
  const { vertical, corner, horizontal } = glyphs.axis;
  const grouped = (most: number) =>
    groupNeighbours(series.map(value), most, (group) => {
      const known = group.filter((each) => each !== null);
      return known.length === 0 ? null : merge(known);
    });
  const values = grouped(width - INDENT.length - LONGEST_LABEL - 2);
  const highest = top ?? Math.max(...values.map((each) => each ?? 0));
  const label = format(highest);
  const columns = columnChart(values, { height: CHART_HEIGHT, top: highest, glyphs });
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
