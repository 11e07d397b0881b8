import { allows } from '../aws/security-groups.ts';
import { authorize, closedHop } from './closed-hop.ts';
import type { Diagnosis } from './diagnosis.ts';
import { FIREWALLS } from './firewalls.ts';
import type { Patient } from './patient.ts';

/** The firewalls on the way out: to the endpoints, and to S3 through its prefix list. */
export const wayOut: Diagnosis<Patient> = {
  id: 'way-out',
  title: 'firewalls from the tasks to AWS',
  needs: ['firewalls'],
  async look(patient) {
    const task = (await patient.firewalls()).get(FIREWALLS.task)!;
    const list = await patient.parameter('S3PrefixListId');
    if (!allows(task.egress, 443, list)) {
      return {
        state: 'broken',
        cause: 'security-group-task-to-s3',
        says: `the firewall ${task.id} does not let tasks speak to S3: they cannot pull their image or read files`,
        evidence: [`${task.id}: no egress to ${list} on port 443`],
        remedy: [
          authorize(
            'egress',
            task.id,
            443,
            `PrefixListIds=[{PrefixListId=${list}}]`,
            patient.connection.region,
          ),
        ],
      };
    }
    if ((await patient.parameter('NetworkMode')) !== 'private') {
      return allows(task.egress, 443, '0.0.0.0/0')
        ? { state: 'good', seen: 'tasks reach S3 and the internet on 443' }
        : {
            state: 'broken',
            cause: 'security-group-task-to-internet',
            says: `the firewall ${task.id} does not let tasks out to AWS's services`,
            evidence: [`${task.id}: no egress to 0.0.0.0/0 on port 443`],
            remedy: [
              authorize('egress', task.id, 443, 'IpRanges=[{CidrIp=0.0.0.0/0}]', patient.connection.region),
            ],
          };
    }
    return closedHop(patient, [
      {
        cause: 'security-group-task-to-endpoints',
        from: 'task',
        to: 'endpoints',
        port: 443,
        effect: 'tasks do not start, or cannot ask the model',
      },
    ]);
  },
};
