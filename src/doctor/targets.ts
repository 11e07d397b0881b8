import type { TargetHealth } from '../aws/load-balancer.ts';
import { loadBalancer } from '../aws/target-group.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newStage, newTasks } from './remedies.ts';

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

/** Health of the tasks, as the load balancer sees it. */
export const targets: Diagnosis<Patient> = {
  id: 'target-health',
  title: 'health of the tasks',
  needs: ['load-balancer', 'tasks'],
  async look(patient) {
    if ((await patient.service())?.running === 0) return { state: 'absent', seen: 'no task runs yet' };
    const arn = await patient.output('TargetGroupArn');
    const all = await patient.health();
    const healthy = all.filter(({ state }) => state === 'healthy');
    const ill = all.filter(({ state }) => state === 'unhealthy' || state === 'unavailable');
    const evidence = all.map(shown);
    if (ill.length > 0) {
      const cause = causeOf(ill[0]!);
      return {
        state: 'broken',
        cause: 'target-health',
        says: `${ill.length} of ${all.length} tasks fail the load balancer's health check: ${cause}`,
        evidence,
        remedy: [
          `the service's own words: mcp-s3 logs --since 30m ${patient.place}`,
          await newTasks(patient),
        ],
      };
    }
    if (healthy.length > 0) return { state: 'good', seen: `${healthy.length} healthy` };
    if (all.some(({ state }) => state === 'initial')) {
      return {
        state: 'notice',
        cause: 'registering',
        says: 'the tasks are new, and the load balancer has not yet seen enough of their health',
        evidence,
        remedy: [`look again in a minute: mcp-s3 doctor ${patient.place}`],
      };
    }
    return {
      state: 'broken',
      cause: 'no-targets',
      says: 'no task is registered with the load balancer: requests are answered 503',
      evidence: [`${arn}: ${all.length === 0 ? 'no targets' : evidence.join(', ')}`],
      remedy: [await newTasks(patient)],
    };
  },
};

/** "Target health reason codes", Elastic Load Balancing API reference. */
function causeOf({ reason, description }: TargetHealth): string {
  switch (reason) {
    case 'Target.Timeout':
      return 'they do not answer in time';
    case 'Target.ResponseCodeMismatch':
      return `they answer, and not with 200 (${description})`;
    case 'Target.FailedHealthChecks':
      return 'the connection to them fails';
    default:
      return description || reason || 'no reason is given';
  }
}

function shown({ target, state, reason, description }: TargetHealth): string {
  const why = [reason, description].filter(Boolean).join(': ');
  return `${target}: ${state}${why === '' ? '' : ` (${why})`}`;
}
