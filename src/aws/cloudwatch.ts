import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { unfinished } from '../errors.ts';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

export interface MetricQuery {
  namespace: string;
  name: string;
  dimensions?: Record<string, string>;
  /** `Sum`, `Average`, `Maximum`, `SampleCount`, `p90`. */
  stat: string;
  /** Seconds. */
  period: number;
}

export interface MetricPoint {
  /** Beginning of its period, milliseconds since the epoch. */
  time: number;
  value: number;
}

/**
 * Values of several metrics in a stretch of time, oldest first, under the names that the queries have.
 * @param queries at most 500; their names are letters and digits that begin with a small letter
 * @param range milliseconds since the epoch; multiples of the periods
 */
export async function metricData<Name extends string>(
  connection: RegionalConnection,
  queries: Record<Name, MetricQuery>,
  { since, until }: { since: number; until: number },
  signal: AbortSignal,
): Promise<Record<Name, MetricPoint[]>> {
  const found = Object.fromEntries(Object.keys(queries).map((name) => [name, [] as MetricPoint[]]));
  const client = cloudWatch(connection);
  let NextToken: string | undefined;
  do {
    const command = new GetMetricDataCommand({
      StartTime: new Date(since),
      EndTime: new Date(until),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: Object.entries<MetricQuery>(queries).map(
        ([Id, { namespace, name, dimensions = {}, stat, period }]) => ({
          Id,
          MetricStat: {
            Metric: {
              Namespace: namespace,
              MetricName: name,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Stat: stat,
            Period: period,
          },
        }),
      ),
      NextToken,
    });
    const page = await callAws(cloudWatchCall(connection, 'GetMetricData'), signal, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    for (const { Id, StatusCode, Messages, Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
      if (StatusCode === 'InternalError' || StatusCode === 'Forbidden') {
        const why = Messages?.map(({ Value }) => Value).join('; ') || StatusCode;
        throw unfinished('metrics_incomplete', `CloudWatch could not tell all metrics: ${why}`, [
          'try again',
        ]);
      }
      const points = Timestamps.map((time, index) => ({ time: time.getTime(), value: Values[index]! }));
      found[Id!]?.push(...points);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  for (const points of Object.values(found)) points.sort((a, b) => a.time - b.time);
  return found as Record<Name, MetricPoint[]>;
}

export function cloudWatch(connection: RegionalConnection): CloudWatchClient {
  return clientOf(connection, CloudWatchClient, 'CLOUDWATCH');
}

export const cloudWatchCall = callsTo('CloudWatch', 'cloudwatch');
