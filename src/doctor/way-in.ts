import { CONTAINER_PORT } from '../../server/names.ts';
import { closedHop, type Hop } from './closed-hop.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

const IN: Hop[] = [
  {
    cause: 'security-group-link-to-alb',
    from: 'link',
    to: 'alb',
    port: 80,
    effect: 'requests end in 504',
  },
  {
    cause: 'security-group-alb-to-task',
    from: 'alb',
    to: 'task',
    port: CONTAINER_PORT,
    effect: 'health checks fail, and requests end in 504',
  },
];

/** The firewalls on the way in: from the link to the load balancer, and from there to the tasks. */
export const wayIn: Diagnosis<Patient> = {
  id: 'way-in',
  title: 'firewalls from API Gateway to the tasks',
  needs: ['link', 'firewalls'],
  look: (patient) => closedHop(patient, IN),
};
