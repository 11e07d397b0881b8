import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newEndpoints, newStage } from './remedies.ts';

/** A firewall, by the word that people know the part by. */
export type Part = 'link' | 'alb' | 'task' | 'endpoints';

/** Logical ids of the parts' security groups. */
export const FIREWALLS: Record<Part, string> = {
  link: 'LinkSecurityGroup',
  alb: 'AlbSecurityGroup',
  task: 'TaskSecurityGroup',
  endpoints: 'EndpointSecurityGroup',
};

export const NAMES: Record<Part, string> = {
  link: 'link',
  alb: 'load balancer',
  task: 'tasks',
  endpoints: 'endpoints',
};

/** Whether the firewalls are there at all. */
export const firewalls: Diagnosis<Patient> = {
  id: 'firewalls',
  title: 'firewalls of the stage',
  needs: ['stack'],
  async look(patient) {
    const [found, ids] = [await patient.firewalls(), await patient.firewallIds()];
    // One that the stack does not have is not missing: a network with a way out has no endpoints.
    const parts = (Object.keys(FIREWALLS) as Part[]).filter((part) => ids.get(FIREWALLS[part]) !== undefined);
    const gone = parts.find((part) => !found.has(FIREWALLS[part]));
    if (gone === undefined) return { state: 'good', seen: parts.join(', ') };
    return {
      state: 'broken',
      cause: `security-group-${gone}-deleted`,
      says: `the firewall of the ${NAMES[gone]}, ${ids.get(FIREWALLS[gone])}, is gone`,
      evidence: [`ec2 DescribeSecurityGroups: no ${ids.get(FIREWALLS[gone])}`],
      remedy: gone === 'endpoints' ? newEndpoints(patient.place) : newStage(patient.place),
    };
  },
};
