import { DescribeSecurityGroupsCommand, EC2Client, type IpPermission } from '@aws-sdk/client-ec2';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('EC2', 'ec2');

/** One rule of a security group, for one peer. */
export interface FirewallRule {
  /** `tcp`, `-1` for all. */
  protocol: string;
  /** Undefined: all ports. */
  from: number | undefined;
  to: number | undefined;
  /** A security group, a prefix list or a range of addresses. */
  peer: string;
}

export interface Firewall {
  id: string;
  ingress: FirewallRule[];
  egress: FirewallRule[];
}

/** The rules of security groups. A group that is gone is missing. */
export async function securityGroups(
  connection: RegionalConnection,
  ids: string[],
  signal: AbortSignal,
): Promise<Map<string, Firewall>> {
  const client = clientOf(connection, EC2Client, 'EC2');
  const command = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: ids }] });
  const { SecurityGroups = [] } = await callAws(
    call(connection, 'DescribeSecurityGroups'),
    signal,
    (abortSignal) => client.send(command, { abortSignal }),
  );
  return new Map(
    SecurityGroups.map(({ GroupId: id = '', IpPermissions = [], IpPermissionsEgress = [] }) => [
      id,
      { id, ingress: IpPermissions.flatMap(rulesOf), egress: IpPermissionsEgress.flatMap(rulesOf) },
    ]),
  );
}

/** Whether a rule of the list lets TCP to this port through, from or to the peer. */
export function allows(rules: FirewallRule[], port: number, peer: string): boolean {
  return rules.some(
    (rule) =>
      (rule.peer === peer || rule.peer === '0.0.0.0/0') &&
      (rule.protocol === '-1' ||
        (rule.protocol === 'tcp' && (rule.from ?? 0) <= port && port <= (rule.to ?? 65_535))),
  );
}

function rulesOf({ IpProtocol, FromPort, ToPort, ...peers }: IpPermission): FirewallRule[] {
  const names = [
    ...(peers.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ...(peers.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
    ...(peers.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
  ];
  return names.map((peer = '') => ({ protocol: IpProtocol ?? '-1', from: FromPort, to: ToPort, peer }));
}
