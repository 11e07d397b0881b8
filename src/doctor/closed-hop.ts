import { allows } from '../aws/security-groups.ts';
import type { Cause } from './causes.ts';
import type { Finding } from './diagnosis.ts';
import { FIREWALLS, NAMES, type Part } from './firewalls.ts';
import type { Patient } from './patient.ts';

/** A step from one firewall to the next. */
export interface Hop {
  cause: Cause;
  from: Part;
  to: Part;
  port: number;
  /** What a caller sees while it is closed. */
  effect: string;
}

/** The first of the hops that a firewall closes, on either side, with the line that opens it. */
export async function closedHop(patient: Patient, hops: Hop[]): Promise<Finding> {
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

/** The line that lets a group speak to a peer, or be spoken to by it, over TCP. */
export function authorize(
  direction: string,
  group: string,
  port: number,
  peer: string,
  region: string,
): string {
  return `aws ec2 authorize-security-group-${direction} --group-id ${group} --ip-permissions 'IpProtocol=tcp,FromPort=${port},ToPort=${port},${peer}' --region ${region}`;
}
