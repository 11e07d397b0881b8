import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { setting } from '../settings/setting.ts';

const balancing = new ElasticLoadBalancingV2Client({});

/** Tasks that the load balancer sends requests to. */
export async function countHealthy(): Promise<number> {
  const { TargetHealthDescriptions = [] } = await balancing.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: setting('TARGET_GROUP_ARN') }),
  );
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
}
