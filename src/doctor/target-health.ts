import type { TargetHealth } from '../aws/load-balancer.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newTasks } from './remedies.ts';

/** Health of the tasks, as the load balancer sees it. */
export const targetHealth: Diagnosis<Patient> = {
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
