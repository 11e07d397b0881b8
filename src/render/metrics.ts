import type { Distribution, Gauge, MetricsReport } from '../targets/metrics-report.ts';
import { bar } from './chart.ts';
import { formatDuration } from './duration.ts';
import type { Glyphs } from './glyphs.ts';
import { formatTime } from './local-time.ts';
import { type ChartLook, type Curve, INDENT, metricChart, most, sum } from './metric-chart.ts';
import { formatUsd } from './money.ts';
import { formatNumber } from './number.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';
import { wrapIndented } from './wrap.ts';

export interface MetricsView {
  style: Style;
  /** Columns of the terminal. */
  width: number;
  /** Lines that there are. Without it as many as it takes. */
  rows?: number | undefined;
  glyphs: Glyphs;
  now: number;
}

/** How charts look, the best first: where lines are few, the next is tried. */
const LOOKS = [
  { height: 4, axis: true },
  { height: 3, axis: false },
  { height: 2, axis: false },
  { height: 1, axis: false },
];

/** Figures and charts that fit the width, and the lines as far as that can be. */
export function renderMetrics(report: MetricsReport, view: MetricsView): string[] {
  const { rows = Number.POSITIVE_INFINITY } = view;
  let lines: string[] = [];
  for (const look of LOOKS) {
    lines = renderWith(report, { ...view, ...look });
    if (lines.length <= rows) break;
  }
  return lines;
}

function renderWith(report: MetricsReport, look: ChartLook): string[] {
  const { style, width, now } = look;
  const { requests, latency_ms, model_ms, summaries, tokens, tasks } = report;
  const lines: string[] = [];
  const section = (title: string, figures: string[], curve?: Curve) => {
    lines.push(style.bold(title));
    if (figures.length > 0) lines.push(...wrapIndented(figures.join(', '), width, INDENT));
    if (curve !== undefined) lines.push(...metricChart(report, curve, look));
  };
  const count = (value: Curve['value']): Curve => ({ value, merge: sum, format: formatNumber });

  if (requests === 0) {
    const [from, to] = [report.since, report.until].map((time) =>
      formatTime(Date.parse(time), now, { seconds: false }),
    );
    lines.push(`No requests between ${from} and ${to}.`);
  } else {
    section(
      'Requests',
      requestFigures(report, style),
      count((step) => step.requests),
    );
  }
  if (report.series.some(({ errors }) => errors > 0)) {
    section(
      'Errors (4XX and 5XX)',
      [],
      count((step) => step.errors),
    );
  }
  if (latency_ms !== null) {
    const p90: Curve = { value: (step) => step.p90_ms, merge: most, format: formatDuration };
    section('Latency without the model (chart: p90)', percentiles(latency_ms), p90);
  }
  if (model_ms !== null) section('Waiting for the model', percentiles(model_ms));
  if (summaries !== null && summaries.total > 0) {
    const share = Math.round((100 * summaries.cached) / summaries.total);
    const cached = `${formatNumber(summaries.cached)} from the cache (${share}%)`;
    section('Summaries', [formatNumber(summaries.total), cached]);
  }
  if (tokens.input + tokens.output > 0) {
    const figures = [`${formatNumber(tokens.input)} in`, `${formatNumber(tokens.output)} out`];
    if (report.tokens_usd !== undefined) figures.push(`about ${formatUsd(report.tokens_usd)} (an estimate)`);
    section(
      'Tokens',
      figures,
      count((step) => step.tokens),
    );
  }
  if (tasks) {
    const curve: Curve = { value: (step) => step.tasks ?? null, merge: most, format: formatLevel };
    section('Healthy tasks', levels(tasks, formatLevel), curve);
  }
  for (const [name, title] of [
    ['cpu_percent', 'CPU'],
    ['memory_percent', 'Memory'],
  ] as const) {
    const gauge = report[name];
    if (!gauge) continue;
    const value: Curve['value'] = (step) => step[name] ?? null;
    section(title, levels(gauge, formatPercent), { value, merge: most, format: formatPercent, top: 100 });
  }
  return report.routes.length === 0 ? lines : [...lines, ...routeTable(report, look)];
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

function routeTable({ routes, requests }: MetricsReport, { style, width, glyphs }: ChartLook): string[] {
  const barWidth = width >= 60 ? 24 : 8;
  const rows = routes.map(({ route, requests: count, errors }) => [
    route,
    formatNumber(count),
    errors > 0 ? style.yellow(formatNumber(errors)) : '0',
    style.cyan(bar(count / requests, barWidth, glyphs)),
  ]);
  const columns = [
    { title: 'ROUTE', cut: true },
    { title: 'REQUESTS', align: 'right' as const },
    { title: 'ERRORS', align: 'right' as const },
    { title: '' },
  ];
  return renderTable(columns, rows, width, { title: style.bold, ellipsis: glyphs.ellipsis });
}
