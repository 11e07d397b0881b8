import { CONTAINER_PORT } from '../../server/names.ts';
import { allows, type Firewall } from '../aws/security-groups.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import type { Patient } from './patient.ts';

interface Hop {
  /** Logical ids. */
  from: string;
  to: string;
  port: number;
  /** What a caller sees while it is closed. */
  effect: string;
}

const IN: Hop[] = [
  { from: 'LinkSecurityGroup', to: 'AlbSecurityGroup', port: 80, effect: 'requests end in 504' },
  {
    from: 'AlbSecurityGroup',
    to: 'TaskSecurityGroup',
    port: CONTAINER_PORT,
    effect: 'health checks fail, and requests end in 504',
  },
];

/** The firewalls on the way in: from the link to the load balancer, and from there to the tasks. */
export const wayIn: Diagnosis<Patient> = {
  id: 'way-in',
  title: 'firewalls from API Gateway to the tasks',
  needs: ['link'],
  look: (patient) => closedHop(patient, IN),
};

/** The firewalls on the way out: to the endpoints, and to S3 through its prefix list. */
export const wayOut: Diagnosis<Patient> = {
  id: 'way-out',
  title: 'firewalls from the tasks to AWS',
  needs: ['stack'],
  async look(patient) {
    const firewalls = await patient.firewalls();
    const task = firewalls.get('TaskSecurityGroup');
    if (task === undefined)
      return gone('TaskSecurityGroup', await patient.resource('TaskSecurityGroup'), patient);
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
        from: 'TaskSecurityGroup',
        to: 'EndpointSecurityGroup',
        port: 443,
        effect: 'tasks do not start, or cannot ask the model',
      },
    ]);
  },
};

async function closedHop(patient: Patient, hops: Hop[]): Promise<Finding> {
  const firewalls = await patient.firewalls();
  const seen: string[] = [];
  for (const { from, to, port, effect } of hops) {
    const [source, target] = [firewalls.get(from), firewalls.get(to)];
    if (source === undefined) return gone(from, await patient.resource(from), patient);
    if (target === undefined) return gone(to, await patient.resource(to), patient);
    const closed = !allows(source.egress, port, target.id)
      ? { side: source, other: target, direction: 'egress' as const }
      : !allows(target.ingress, port, source.id)
        ? { side: target, other: source, direction: 'ingress' as const }
        : undefined;
    if (closed === undefined) {
      seen.push(`${wordOf(from)} → ${wordOf(to)} :${port}`);
      continue;
    }
    const { side, other, direction } = closed;
    return {
      state: 'broken',
      cause: `security-group-${wordOf(from)}-to-${wordOf(to)}`,
      says: `the firewall ${side.id} does not let the ${wordOf(from)} reach the ${wordOf(to)} on port ${port}: ${effect}`,
      evidence: [
        `${side.id}: no ${direction} ${direction === 'egress' ? 'to' : 'from'} ${other.id} on port ${port}`,
      ],
      remedy: [authorize(direction, side.id, port, pair(other), patient.connection.region)],
    };
  }
  return { state: 'good', seen: seen.join(', ') };
}

const WORDS: Record<string, string> = {
  LinkSecurityGroup: 'link',
  AlbSecurityGroup: 'alb',
  TaskSecurityGroup: 'task',
  EndpointSecurityGroup: 'endpoints',
};

function wordOf(logicalId: string): string {
  return WORDS[logicalId]!;
}

const pair = ({ id }: Firewall) => `UserIdGroupPairs=[{GroupId=${id}}]`;

function authorize(direction: string, group: string, port: number, peer: string, region: string): string {
  return `aws ec2 authorize-security-group-${direction} --group-id ${group} --ip-permissions 'IpProtocol=tcp,FromPort=${port},ToPort=${port},${peer}' --region ${region}`;
}

function gone(logicalId: string, id: string, { place }: Patient): Finding {
  return {
    state: 'broken',
    cause: `security-group-${wordOf(logicalId)}-deleted`,
    says: `the firewall of the ${wordOf(logicalId)}${id === '' ? '' : `, ${id},`} is gone`,
    evidence: [`ec2 DescribeSecurityGroups: no ${id || logicalId}`],
    remedy: [`mcp-s3 destroy --keep-bucket ${place}, then mcp-s3 deploy ${place}`],
  };
}
