import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('Elastic Load Balancing', 'elasticloadbalancing');

export interface LoadBalancer {
  /** `active`, `provisioning`, `active_impaired`, `failed`. */
  state: string;
  reason: string;
  /** ARNs of the target groups that its listeners forward to. */
  forwardsTo: string[];
}

/** A load balancer with what it forwards to; undefined where it is gone. */
export async function loadBalancer(
  connection: RegionalConnection,
  arn: string,
  signal: AbortSignal,
): Promise<LoadBalancer | undefined> {
  const found = await findAws(
    call(connection, 'DescribeLoadBalancers'),
    signal,
    (error) => /LoadBalancerNotFound/.test(factsOf(error).name),
    (abortSignal) =>
      client(connection).send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }), {
        abortSignal,
      }),
  );
  const state = found?.LoadBalancers?.[0]?.State;
  if (found?.LoadBalancers?.[0] === undefined) return undefined;
  const { Listeners = [] } = await callAws(call(connection, 'DescribeListeners'), signal, (abortSignal) =>
    client(connection).send(new DescribeListenersCommand({ LoadBalancerArn: arn }), { abortSignal }),
  );
  const actions = Listeners.flatMap(({ DefaultActions = [] }) => DefaultActions);
  return {
    state: state?.Code ?? 'active',
    reason: state?.Reason ?? '',
    forwardsTo: actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
      ...(TargetGroupArn === undefined ? [] : [TargetGroupArn]),
      ...(ForwardConfig?.TargetGroups ?? []).flatMap((group) => group.TargetGroupArn ?? []),
    ]),
  };
}

export interface TargetGroup {
  port: number;
  healthPath: string;
  /** `traffic-port`, or a port. */
  healthPort: string;
}

/** A target group; undefined where it is gone. */
export async function targetGroup(
  connection: RegionalConnection,
  arn: string,
  signal: AbortSignal,
): Promise<TargetGroup | undefined> {
  const found = await findAws(
    call(connection, 'DescribeTargetGroups'),
    signal,
    (error) => /TargetGroupNotFound/.test(factsOf(error).name),
    (abortSignal) =>
      client(connection).send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), {
        abortSignal,
      }),
  );
  const group = found?.TargetGroups?.[0];
  if (group === undefined) return undefined;
  return {
    port: group.Port ?? 0,
    healthPath: group.HealthCheckPath ?? '/',
    healthPort: group.HealthCheckPort ?? 'traffic-port',
  };
}

function client(connection: RegionalConnection): ElasticLoadBalancingV2Client {
  return clientOf(connection, ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2');
}
