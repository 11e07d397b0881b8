import { tokensUsd } from '../../cost/token-prices.ts';
import type { LogLine } from '../log-line.ts';
import type { Distribution, MetricsReport } from '../metrics-report.ts';
import { ascending, percentile } from './percentile.ts';
import { type RequestLine, requestLine } from './request-line.ts';

/** Steps of the series: what a chart of 80 columns shows one by one. */
export const SERIES_STEPS = 60;

/** A request that a limit refused. */
const TOO_MANY_REQUESTS = 429;

interface Step {
  requests: number;
  errors: number;
  tokens: number;
  serviceMs: number[];
}

/**
 * Counts what the log says about a stretch of time: `since` inclusive, `until` exclusive, milliseconds since the
 * epoch. Health checks are left out. A request counts as an error with a status of 400 or more; 429 is among the
 * 4xx and also counted as throttled.
 */
export async function measure(
  lines: AsyncIterable<LogLine>,
  range: { since: number; until: number },
): Promise<MetricsReport> {
  const { since, until } = range;
  const stepMs = Math.max(1, (until - since) / SERIES_STEPS);
  const steps: Step[] = Array.from({ length: SERIES_STEPS }, () => ({
    requests: 0,
    errors: 0,
    tokens: 0,
    serviceMs: [],
  }));
  const routes = new Map<string, { requests: number; errors: number }>();
  const modelMs: number[] = [];
  const summaries = { total: 0, cached: 0 };
  const report = { ...emptyReport(range), summaries };
  let usd: number | undefined = 0;

  for await (const line of lines) {
    const request = requestLine(line);
    if (request === undefined || request.time < since || request.time >= until) continue;
    addTotals(report, summaries, request);
    const price = priceOf(request);
    usd = usd === undefined || price === undefined ? undefined : usd + price;
    const failed = request.status >= 400 ? 1 : 0;
    const route = routes.get(request.route) ?? { requests: 0, errors: 0 };
    routes.set(request.route, { requests: route.requests + 1, errors: route.errors + failed });
    const step = steps[Math.min(SERIES_STEPS - 1, Math.floor((request.time - since) / stepMs))]!;
    step.requests++;
    step.errors += failed;
    step.tokens += request.inputTokens + request.outputTokens;
    if (request.serviceMs !== undefined) step.serviceMs.push(request.serviceMs);
    if (request.modelMs !== undefined) modelMs.push(request.modelMs);
  }

  // Nothing where a price is missing: a part of it would look like the whole.
  if (usd !== undefined && report.tokens.input + report.tokens.output > 0) report.tokens_usd = usd;
  report.latency_ms = distribution(steps.flatMap((step) => step.serviceMs));
  report.model_ms = distribution(modelMs);
  report.routes = [...routes]
    .map(([route, counts]) => ({ route, ...counts }))
    .sort((a, b) => b.requests - a.requests || (a.route < b.route ? -1 : 1));
  report.series = steps.map(({ requests, errors, tokens, serviceMs }, index) => ({
    start: new Date(since + index * stepMs).toISOString(),
    requests,
    errors,
    p90_ms: serviceMs.length === 0 ? null : percentile(ascending(serviceMs), 0.9),
    tokens,
  }));
  return report;
}

function emptyReport({ since, until }: { since: number; until: number }): MetricsReport {
  return {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    requests: 0,
    errors_4xx: 0,
    errors_5xx: 0,
    throttled: 0,
    latency_ms: null,
    model_ms: null,
    summaries: null,
    tokens: { input: 0, output: 0 },
    routes: [],
    series: [],
  };
}

function addTotals(
  report: MetricsReport,
  summaries: NonNullable<MetricsReport['summaries']>,
  { status, cached, inputTokens, outputTokens }: RequestLine,
): void {
  report.requests++;
  if (status >= 500) report.errors_5xx++;
  else if (status >= 400) report.errors_4xx++;
  if (status === TOO_MANY_REQUESTS) report.throttled++;
  if (cached !== undefined && status < 400) {
    summaries.total++;
    if (cached) summaries.cached++;
  }
  report.tokens.input += inputTokens;
  report.tokens.output += outputTokens;
}

function priceOf({ model = '', inputTokens: input, outputTokens: output }: RequestLine): number | undefined {
  return input + output === 0 ? 0 : tokensUsd(model, { input, output });
}

function distribution(values: number[]): Distribution | null {
  if (values.length === 0) return null;
  const sorted = ascending(values);
  return {
    p50: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
    p99: percentile(sorted, 0.99),
    max: sorted[sorted.length - 1]!,
  };
}
