import { loadBalancer } from '../aws/target-group.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newStage } from './remedies.ts';

/** The load balancer, and whether it sends requests to the service's target group. */
export const balancer: Diagnosis<Patient> = {
  id: 'load-balancer',
  title: 'load balancer',
  needs: ['stack'],
  async look(patient, signal) {
    const arn = await patient.output('LoadBalancerArn');
    const group = await patient.output('TargetGroupArn');
    const remedy = newStage(patient.place);
    const found = await loadBalancer(patient.connection, arn, signal);
    if (found === undefined) {
      return {
        state: 'broken',
        cause: 'load-balancer-deleted',
        says: 'the load balancer is gone: requests are answered 500',
        evidence: [`elasticloadbalancing DescribeLoadBalancers ${arn}: not found`],
        remedy,
      };
    }
    if (!/^active/.test(found.state)) {
      return {
        state: 'broken',
        cause: 'load-balancer-state',
        says: `the load balancer is ${found.state}${found.reason === '' ? '' : `: ${found.reason}`}`,
        evidence: [`${arn}: ${found.state}`],
        remedy: ['wait, if it is provisioning', ...remedy],
      };
    }
    if (!found.forwardsTo.includes(group)) {
      return {
        state: 'broken',
        cause: 'listener',
        says: "the load balancer does not send requests to the service's target group: its listener is gone or was changed",
        evidence: [`listeners forward to: ${found.forwardsTo.join(', ') || 'nothing'}`],
        remedy: [
          `aws elbv2 create-listener --load-balancer-arn ${arn} --protocol HTTP --port 80 --default-actions Type=forward,TargetGroupArn=${group} --region ${patient.connection.region}`,
        ],
      };
    }
    return { state: 'good', seen: found.state };
  },
};
