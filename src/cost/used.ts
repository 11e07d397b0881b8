import { METRIC_NAMESPACE, metricNames, stageNames } from '../../server/names.ts';
import { type MetricPoint, type MetricQuery, metricData } from '../aws/cloudwatch.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { DEFAULTS } from '../stack/deploy-settings.ts';
import { type DeployedStack, outputOf } from '../targets/aws/deployed-stack.ts';
import { type CostGroup, costGroup, costItem, rounded } from './cost-item.ts';
import { estimate } from './estimate.ts';
import { PRICE_TABLE } from './price-table.ts';
import { taskItems, taskShares } from './task-items.ts';
import { tokenPrice } from './token-prices.ts';
import { HOURS_A_MONTH } from './workload.ts';

const HOUR = 3600;
const HOUR_MS = HOUR * 1000;

/** What a stage used in a stretch of time, as CloudWatch counted it, and what that comes to. */
export interface Used {
  since: string;
  until: string;
  hours: number;
  requests: number;
  tokens: { input: number; output: number };
  /** Of all tasks together. */
  task_hours: number;
  log_bytes: number;
  cost: CostGroup;
}

/**
 * Reads in one call what was used in the last days, in whole hours; not from before the stage was made.
 * @param now milliseconds since the epoch
 */
export async function readUsed(
  stack: DeployedStack,
  connection: RegionalConnection,
  { days, now }: { days: number; now: number },
  signal: AbortSignal,
): Promise<Used> {
  const until = Math.ceil(now / HOUR_MS) * HOUR_MS;
  const since = Math.floor(Math.max(now - days * 24 * HOUR_MS, stack.createdAt) / HOUR_MS) * HOUR_MS;
  const data = await metricData(connection, queries(stack), { since, until }, signal);
  const counted = {
    requests: sum(data.requests),
    tokens: { input: sum(data.inputTokens), output: sum(data.outputTokens) },
    // Each task sends a figure once a minute ("Amazon ECS service utilization metrics", ECS developer guide).
    task_hours: sum(data.taskMinutes) / 60,
    log_bytes: sum(data.serviceLog) + sum(data.accessLog),
  };
  const hours = (now - since) / HOUR_MS;
  return {
    since: new Date(since).toISOString(),
    until: new Date(now).toISOString(),
    hours,
    ...counted,
    cost: costOf(stack, hours, counted),
  };
}

/** Of what runs all the time the part of the month, and of the rest what was counted. */
function costOf(
  { parameters, region }: DeployedStack,
  hours: number,
  { requests, tokens, task_hours, log_bytes }: Pick<Used, 'requests' | 'tokens' | 'task_hours' | 'log_bytes'>,
): CostGroup {
  const values = { ...DEFAULTS, ...parameters };
  const prices = PRICE_TABLE[region] ?? {};
  const model = PRICE_TABLE[region] === undefined ? undefined : tokenPrice(values.ModelId ?? '');
  const { asleep } = estimate(values, region);
  const counted = 'counted by CloudWatch';
  const tasks = `${counted}; on Spot and not as the settings say`;
  const ofModel = `${counted}; all taken as of the default model ${values.ModelId ?? ''}`;
  return costGroup([
    ...taskShares(values, task_hours).flatMap((share) => taskItems(values, share, prices, tasks)),
    ...(values.NetworkMode === 'private'
      ? []
      : [
          costItem(
            'public_ipv4',
            'Public IPv4 addresses of tasks',
            [task_hours, 'hour'],
            prices.publicIpv4Hour,
            'one for each task',
          ),
        ]),
    ...asleep.items.map((item) => ({
      ...item,
      quantity: (item.quantity * hours) / HOURS_A_MONTH,
      usd: item.usd === null ? null : rounded((item.usd * hours) / HOURS_A_MONTH),
    })),
    costItem(
      'tokens_in',
      'Model, tokens read',
      [tokens.input / 1e6, 'million tokens'],
      model?.input,
      ofModel,
    ),
    costItem(
      'tokens_out',
      'Model, tokens written',
      [tokens.output / 1e6, 'million tokens'],
      model?.output,
      ofModel,
    ),
    costItem(
      'api_gateway',
      'API Gateway',
      [requests / 1e6, 'million requests'],
      prices.restMillion,
      `${counted}; data sent to the internet comes on top`,
    ),
    costItem('logs', 'Logs', [log_bytes / 1e9, 'GB'], prices.logGb, counted),
  ]);
}

function queries(stack: DeployedStack) {
  const names = metricNames(stack.stage);
  const total = (namespace: string, name: string, dimensions: Record<string, string>): MetricQuery => ({
    namespace,
    name,
    dimensions,
    stat: 'Sum',
    period: HOUR,
  });
  const logs = (LogGroupName: string) => total('AWS/Logs', 'IncomingBytes', { LogGroupName });
  return {
    requests: total('AWS/ApiGateway', 'Count', {
      ApiName: stack.name,
      Stage: outputOf(stack, 'ApiStageName'),
    }),
    inputTokens: total(METRIC_NAMESPACE, names.inputTokens, {}),
    outputTokens: total(METRIC_NAMESPACE, names.outputTokens, {}),
    taskMinutes: {
      ...total('AWS/ECS', 'CPUUtilization', {
        ClusterName: outputOf(stack, 'ClusterName'),
        ServiceName: outputOf(stack, 'ServiceName'),
      }),
      stat: 'SampleCount',
    },
    serviceLog: logs(stageNames(stack.stage).logGroup),
    accessLog: logs(outputOf(stack, 'ApiAccessLogGroupName')),
  };
}

function sum(points: MetricPoint[]): number {
  return points.reduce((total, { value }) => total + value, 0);
}
