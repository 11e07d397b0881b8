import { METRIC_NAMESPACE, metricNames } from '../../../server/names.ts';
import { type MetricPoint, type MetricQuery, metricData } from '../../aws/cloudwatch.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { tokensUsd } from '../../cost/token-prices.ts';
import type { Distribution, Gauge, MetricsReport } from '../metrics-report.ts';
import { type DeployedStack, outputOf } from './deployed-stack.ts';
import { type MetricSteps, metricSteps } from './metric-steps.ts';

/** Figures of a stage from CloudWatch, in one call. The range (milliseconds since the epoch) is widened to whole steps. */
export async function awsMetrics(
  stack: DeployedStack,
  connection: RegionalConnection,
  range: { since: number; until: number },
  signal: AbortSignal,
  now = Date.now(),
): Promise<MetricsReport> {
  const steps = metricSteps(range, now);
  const { since, until } = steps;
  const data = await metricData(connection, queries(stack, steps), { since, until }, signal);
  const sumOf = (points: MetricPoint[]) => points.reduce((sum, { value }) => sum + value, 0);
  const tokens = { input: sumOf(data.inputTokens), output: sumOf(data.outputTokens) };
  // The figures do not say which model it was: all is taken as of the stage's own.
  const usd = tokensUsd(stack.parameters.ModelId ?? '', tokens);
  const at = series(steps);
  const columns = {
    requests: at(data.requests),
    clientErrors: at(data.clientErrors),
    serverErrors: at(data.serverErrors),
    p90: at(data.p90),
    input: at(data.inputTokens),
    output: at(data.outputTokens),
    tasks: at(data.tasks),
    cpu: at(data.cpu),
    memory: at(data.memory),
  };
  return {
    since: new Date(since).toISOString(),
    until: new Date(Math.min(until, now)).toISOString(),
    requests: sumOf(data.requests),
    errors_4xx: sumOf(data.clientErrors),
    errors_5xx: sumOf(data.serverErrors),
    throttled: sumOf(data.throttled),
    forbidden: sumOf(data.forbidden),
    unavailable: sumOf(data.unavailable),
    latency_ms: distribution(
      data.serviceP50,
      data.serviceP90,
      data.serviceP99,
      data.serviceMax,
      data.serviceCount,
    ),
    model_ms: distribution(data.modelP50, data.modelP90, data.modelP99, data.modelMax, data.modelCount),
    summaries: null,
    tokens,
    ...(usd === undefined ? {} : { tokens_usd: usd }),
    routes: [],
    tasks: gauge(data.tasks),
    cpu_percent: gauge(data.cpu),
    memory_percent: gauge(data.memory),
    series: columns.requests.map((requests, index) => ({
      start: new Date(since + index * steps.period * 1000).toISOString(),
      requests: requests ?? 0,
      errors: (columns.clientErrors[index] ?? 0) + (columns.serverErrors[index] ?? 0),
      p90_ms: columns.p90[index]!,
      tokens: (columns.input[index] ?? 0) + (columns.output[index] ?? 0),
      tasks: columns.tasks[index]!,
      cpu_percent: columns.cpu[index]!,
      memory_percent: columns.memory[index]!,
    })),
  };
}

/**
 * What callers sent and got is told by API Gateway, which sees it all; what of it was over a limit or without a key by
 * its access log; times and tokens by the service's log.
 */
function queries(stack: DeployedStack, { period, whole }: MetricSteps) {
  const names = metricNames(stack.stage);
  const own = (name: string, stat: string, of = period): MetricQuery => ({
    namespace: METRIC_NAMESPACE,
    name,
    stat,
    period: of,
  });
  const at =
    (namespace: string, dimensions: Record<string, string>) =>
    (name: string, stat: string): MetricQuery => ({ namespace, name, dimensions, stat, period });
  const api = at('AWS/ApiGateway', { ApiName: stack.name, Stage: outputOf(stack, 'ApiStageName') });
  const loadBalancer = { LoadBalancer: outputOf(stack, 'LoadBalancerArn').split(':loadbalancer/')[1] ?? '' };
  const targets = { ...loadBalancer, TargetGroup: outputOf(stack, 'TargetGroupArn').split(':').at(-1)! };
  const service = at('AWS/ECS', {
    ClusterName: outputOf(stack, 'ClusterName'),
    ServiceName: outputOf(stack, 'ServiceName'),
  });
  const { serviceMilliseconds, modelMilliseconds } = names;
  return {
    requests: api('Count', 'Sum'),
    clientErrors: api('4XXError', 'Sum'),
    serverErrors: api('5XXError', 'Sum'),
    throttled: own(names.throttled, 'Sum'),
    forbidden: own(names.forbidden, 'Sum'),
    unavailable: at('AWS/ApplicationELB', loadBalancer)('HTTPCode_ELB_503_Count', 'Sum'),
    inputTokens: own(names.inputTokens, 'Sum'),
    outputTokens: own(names.outputTokens, 'Sum'),
    p90: own(serviceMilliseconds, 'p90'),
    serviceP50: own(serviceMilliseconds, 'p50', whole),
    serviceP90: own(serviceMilliseconds, 'p90', whole),
    serviceP99: own(serviceMilliseconds, 'p99', whole),
    serviceMax: own(serviceMilliseconds, 'Maximum', whole),
    serviceCount: own(serviceMilliseconds, 'SampleCount', whole),
    modelP50: own(modelMilliseconds, 'p50', whole),
    modelP90: own(modelMilliseconds, 'p90', whole),
    modelP99: own(modelMilliseconds, 'p99', whole),
    modelMax: own(modelMilliseconds, 'Maximum', whole),
    modelCount: own(modelMilliseconds, 'SampleCount', whole),
    tasks: at('AWS/ApplicationELB', targets)('HealthyHostCount', 'Maximum'),
    cpu: service('CPUUtilization', 'Average'),
    memory: service('MemoryUtilization', 'Average'),
  };
}

/** Makes a function that puts points into their steps; null where a step has none. */
function series({ since, period, count }: MetricSteps): (points: MetricPoint[]) => (number | null)[] {
  return (points) => {
    const values: (number | null)[] = Array(count).fill(null);
    for (const { time, value } of points) {
      const index = Math.floor((time - since) / (period * 1000));
      if (index >= 0 && index < count) values[index] = value;
    }
    return values;
  };
}

/**
 * Percentiles of all requests. A stretch too long for one period gives several of each, of which they are the mean,
 * weighted by how many requests each has: near, and the best that can be had.
 */
function distribution(
  p50: MetricPoint[],
  p90: MetricPoint[],
  p99: MetricPoint[],
  max: MetricPoint[],
  counts: MetricPoint[],
): Distribution | null {
  const weights = new Map(counts.map(({ time, value }) => [time, value]));
  const mean = (points: MetricPoint[]): number => {
    const weight = points.reduce((sum, { time }) => sum + (weights.get(time) ?? 1), 0);
    return points.reduce((sum, { time, value }) => sum + value * (weights.get(time) ?? 1), 0) / weight;
  };
  if ([p50, p90, p99, max].some((points) => points.length === 0)) return null;
  return {
    p50: mean(p50),
    p90: mean(p90),
    p99: mean(p99),
    max: Math.max(...max.map(({ value }) => value)),
  };
}

function gauge(points: MetricPoint[]): Gauge | null {
  if (points.length === 0) return null;
  const values = points.map(({ value }) => value);
  return {
    average: values.reduce((sum, value) => sum + value, 0) / values.length,
    max: Math.max(...values),
    last: values.at(-1)!,
  };
}
