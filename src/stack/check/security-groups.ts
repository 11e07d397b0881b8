import { listAt, numberAt, textAt } from './read.ts';
import type { Settled } from './settled.ts';
import { idOf } from './spell.ts';

export type Direction = 'Ingress' | 'Egress';

export interface GroupRule {
  /** The logical id of the resource that has the rule, which is the group itself where it stands in it. */
  owner: string;
  from: number;
  to: number;
  /** Logical id of the group on the other side. */
  group: string | undefined;
  cidr: string;
  prefixList: string;
}

/** Every port. */
const ALL = { from: 0, to: 65_535 };

/** Of each stack, by direction and group: they are asked for once for every hop. */
const known = new WeakMap<Settled, Map<string, GroupRule[]>>();

/** Rules of a security group, those in it and those that are resources of their own. */
export function rulesOf(stack: Settled, group: string, direction: Direction): GroupRule[] {
  const key = `${direction} ${group}`;
  const rules = known.get(stack) ?? new Map<string, GroupRule[]>();
  known.set(stack, rules);
  let found = rules.get(key);
  if (found === undefined) {
    found = collectRules(stack, group, direction);
    rules.set(key, found);
  }
  return found;
}

function collectRules(stack: Settled, group: string, direction: Direction): GroupRule[] {
  const inside = listAt(stack.resources.get(group)?.properties, `SecurityGroup${direction}`);
  const apart = stack
    .ofType(`EC2::SecurityGroup${direction}`)
    .filter(({ properties }) => idOf(properties.GroupId) === group);
  return [
    ...inside.map((rule) => groupRule(rule, group, direction)),
    ...apart.map(({ id, properties }) => groupRule(properties, id, direction)),
  ];
}

function groupRule(rule: unknown, owner: string, direction: Direction): GroupRule {
  const [group, prefixList] =
    direction === 'Ingress'
      ? ['SourceSecurityGroupId', 'SourcePrefixListId']
      : ['DestinationSecurityGroupId', 'DestinationPrefixListId'];
  const every = textAt(rule, 'IpProtocol') === '-1';
  return {
    owner,
    ...(every ? ALL : { from: numberAt(rule, 'FromPort'), to: numberAt(rule, 'ToPort') }),
    group: idOf(textAt(rule, group)),
    cidr: textAt(rule, 'CidrIp') || textAt(rule, 'CidrIpv6'),
    prefixList: textAt(rule, prefixList),
  };
}

export const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** Whether a group lets a port through to another group, by naming it or by being open to all. */
export function lets(
  stack: Settled,
  group: string,
  direction: Direction,
  port: number,
  other: string,
): boolean {
  return rulesOf(stack, group, direction).some(
    (rule) =>
      port >= rule.from && port <= rule.to && (rule.group === other || EVERYWHERE.includes(rule.cidr)),
  );
}
