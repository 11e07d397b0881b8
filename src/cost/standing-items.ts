import type { Parameters } from '../stack/deploy-settings.ts';
import type { BilledParts } from './billed-parts.ts';
import { type CostItem, costItem } from './cost-item.ts';
import type { RegionPrices } from './price-table.ts';
import { type TaskShare, taskItems, taskShares } from './task-items.ts';
import {
  AWAKE_HOURS,
  BUCKET_GB,
  FUNCTION_GB,
  HOURS_A_MONTH,
  KEEPER_SECONDS,
  REGISTRY_GB,
} from './workload.ts';

/** What a stage costs in a month while nobody asks anything. */
export function standingItems(values: Parameters, parts: BilledParts, prices: RegionPrices): CostItem[] {
  return [...awakeItems(values, prices), ...steadyItems(parts, prices)];
}

/** Paid for as long as tasks run. */
function awakeItems(values: Parameters, prices: RegionPrices): CostItem[] {
  const sleeps = values.SleepAfterMinutes !== '0' || values.ScheduleDown !== '';
  const hours = sleeps ? AWAKE_HOURS : HOURS_A_MONTH;
  const when = sleeps ? `awake for ${AWAKE_HOURS} hours (8 on each of 22 days)` : 'all the time';
  const shares = taskShares(values, Number(values.MinTasks) * hours);
  const why = (share: TaskShare) =>
    `the least number of tasks (${values.MinTasks}), ${when}${share.spot ? ', the part of them that is on Spot' : ''}`;
  const items = shares.flatMap((share) => taskItems(values, share, prices, why(share)));
  if (values.NetworkMode === 'private') return items;
  const address = costItem(
    'public_ipv4',
    'Public IPv4 addresses of tasks',
    [Number(values.MinTasks) * hours, 'hour'],
    prices.publicIpv4Hour,
    `one for each task (${values.MinTasks}), ${when}`,
  );
  return [...items, address];
}

/** Paid for every hour of the month, also while the service sleeps. */
function steadyItems(parts: BilledParts, prices: RegionPrices): CostItem[] {
  const looks = (HOURS_A_MONTH * 60) / 5;
  const month = 'month';
  return [
    costItem(
      'load_balancer',
      'Load balancer',
      [HOURS_A_MONTH, 'hour'],
      prices.loadBalancerHour,
      'one, inside the network; it stays while the service sleeps',
    ),
    ...parts.endpoints.map((service) =>
      costItem(
        `endpoint_${service.replaceAll(/[.-]/g, '_')}`,
        `Endpoint ${service}`,
        [HOURS_A_MONTH * parts.zones, 'hour'],
        prices.endpointHour,
        parts.zones === 1 ? 'in one zone' : `in each of ${parts.zones} zones`,
      ),
    ),
    costItem(
      'secrets',
      'Secrets',
      [parts.secrets, month],
      prices.secretMonth,
      `${parts.secrets} API keys in Secrets Manager`,
    ),
    costItem(
      'alarms',
      'Alarms',
      [parts.alarmMetrics, month],
      prices.alarmMetricMonth,
      'counted by their metrics, with the four of auto scaling; nothing taken off for the free tier',
    ),
    costItem(
      'composite_alarm',
      'Composite alarm',
      [parts.compositeAlarms, month],
      prices.compositeAlarmMonth,
      'the one over the others',
    ),
    costItem(
      'metrics',
      'Metrics from the logs',
      [parts.customMetrics, month],
      prices.customMetricMonth,
      'each counted for the whole month, although one without log lines costs less; nothing taken off for the free tier',
    ),
    costItem(
      'dashboard',
      'Dashboard',
      [parts.dashboards, month],
      prices.dashboardMonth,
      'free where it is among the first three of the account',
    ),
    ...(parts.keeperScheduled
      ? [
          costItem(
            'keeper',
            'Keeper function',
            [looks * KEEPER_SECONDS * FUNCTION_GB, 'GB-second'],
            prices.lambdaArmGbSecond,
            'looks every five minutes, a second each time',
          ),
        ]
      : []),
    costItem(
      'registry',
      'Images',
      [REGISTRY_GB, 'GB'],
      prices.ecrGbMonth,
      `ten images, ${REGISTRY_GB} GB in all`,
    ),
    costItem('bucket', 'Files', [BUCKET_GB, 'GB'], prices.s3GbMonth, `${BUCKET_GB} GB in S3 Standard`),
  ];
}
