import { CONTAINER_PORT } from '../../server/names.ts';
import { allows } from '../aws/security-groups.ts';
import type { Cause } from './causes.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newEndpoints, newStage } from './remedies.ts';

/** A firewall, by the word that people know the part by. */
type Part = 'link' | 'alb' | 'task' | 'endpoints';

/** Logical ids of the parts' security groups. */
const FIREWALLS: Record<Part, string> = {
  link: 'LinkSecurityGroup',
  alb: 'AlbSecurityGroup',
  task: 'TaskSecurityGroup',
  endpoints: 'EndpointSecurityGroup',
};

const NAMES: Record<Part, string> = {
  link: 'link',
  alb: 'load balancer',
  task: 'tasks',
  endpoints: 'endpoints',
};

interface Hop {
  cause: Cause;
  from: Part;
  to: Part;
  port: number;
  /** What a caller sees while it is closed. */
  effect: string;
}

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

/** The firewalls on the way in: from the link to the load balancer, and from there to the tasks. */
export const wayIn: Diagnosis<Patient> = {
  id: 'way-in',
  title: 'firewalls from API Gateway to the tasks',
  needs: ['link', 'firewalls'],
  look: (patient) => closedHop(patient, IN),
};

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

async function closedHop(patient: Patient, hops: Hop[]): Promise<Finding> {
  const found = await patient.firewalls();
  const seen: string[] = [];
  for (const { cause, from, to, port, effect } of hops) {
    const [source, target] = [found.get(FIREWALLS[from])!, found.get(FIREWALLS[to])!];
    const closed = !allows(source.egress, port, target.id)
      ? { side: source, other: target, direction: 'egress' as const }
      : !allows(target.ingress, port, source.id)
        ? { side: target, other: source, direction: 'ingress' as const }
        : undefined;
    if (closed === undefined) {
      seen.push(`${from} → ${to} :${port}`);
      continue;
    }
    const { side, other, direction } = closed;
    return {
      state: 'broken',
      cause,
      says: `the firewall ${side.id} does not let the ${NAMES[from]} reach the ${NAMES[to]} on port ${port}: ${effect}`,
      evidence: [
        `${side.id}: no ${direction} ${direction === 'egress' ? 'to' : 'from'} ${other.id} on port ${port}`,
      ],
      remedy: [
        authorize(
          direction,
          side.id,
          port,
          `UserIdGroupPairs=[{GroupId=${other.id}}]`,
          patient.connection.region,
        ),
      ],
    };
  }
  return { state: 'good', seen: seen.join(', ') };
}

function authorize(direction: string, group: string, port: number, peer: string, region: string): string {
  return `aws ec2 authorize-security-group-${direction} --group-id ${group} --ip-permissions 'IpProtocol=tcp,FromPort=${port},ToPort=${port},${peer}' --region ${region}`;
}
