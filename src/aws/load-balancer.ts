import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

export interface TargetHealth {
  /** An IP address, of a task. */
  target: string;
  /** `healthy`, `unhealthy`, `initial`, `draining`, … */
  state: string;
  /** Such as `Target.FailedHealthChecks`. */
  reason: string;
  description: string;
}

const call = callsTo('Elastic Load Balancing', 'elasticloadbalancing');

/** Health of a target group's targets, as the load balancer checks it. */
export async function targetHealth(
  connection: RegionalConnection,
  targetGroupArn: string,
  signal: AbortSignal,
): Promise<TargetHealth[]> {
  const client = clientOf(connection, ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2');
  const { TargetHealthDescriptions = [] } = await callAws(
    call(connection, 'DescribeTargetHealth'),
    signal,
    (abortSignal) =>
      client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }), { abortSignal }),
  );
  return TargetHealthDescriptions.map(({ Target, TargetHealth: health }) => ({
    target: Target?.Id ?? '',
    state: health?.State ?? 'unknown',
    reason: health?.Reason ?? '',
    description: health?.Description ?? '',
  }));
}
