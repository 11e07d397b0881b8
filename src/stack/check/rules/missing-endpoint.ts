import { statementsIn } from '../policies.ts';
import { at, listAt, textAt } from '../read.ts';
import type { Problem, Rule } from '../rule.ts';
import { EVERYWHERE, rulesOf } from '../security-groups.ts';
import { idsAt, type ServiceParts, servicesOf } from '../service-parts.ts';
import type { Settled } from '../settled.ts';
import { idOf } from '../spell.ts';

const HTTPS = 443;

/** Tasks reach every service of AWS that they need: through endpoints, or through a way to the internet. */
export const missingEndpoint: Rule = {
  id: 'missing-endpoint',
  *settled(stack) {
    for (const parts of servicesOf(stack)) {
      if (parts.publicAddress) yield* overInternet(stack, parts);
      else yield* throughEndpoints(stack, parts);
    }
  },
};

function* throughEndpoints(stack: Settled, parts: ServiceParts): Iterable<Problem> {
  const resource = parts.service.id;
  const names = new Map(
    stack
      .ofType('EC2::VPCEndpoint')
      .map((endpoint) => [
        textAt(endpoint.properties, 'ServiceName').replace(/^com\.amazonaws\.\$\{AWS::Region\}\./, ''),
        endpoint,
      ]),
  );
  for (const name of neededBy(stack, parts)) {
    const endpoint = names.get(name);
    if (endpoint === undefined) {
      yield { resource, message: `tasks have no way to ${name}: add a VPC endpoint, or they hang` };
    } else if (textAt(endpoint.properties, 'PrivateDnsEnabled') !== 'true') {
      const message = `without private DNS the usual name of ${name} leads to the internet, where tasks cannot go`;
      yield { resource: endpoint.id, path: 'Properties.PrivateDnsEnabled', message };
    }
  }
  yield* toS3(stack, parts, names.get('s3')?.properties);
  for (const vpc of stack.ofType('EC2::VPC')) {
    for (const property of ['EnableDnsSupport', 'EnableDnsHostnames']) {
      if (textAt(vpc.properties, property) === 'true') continue;
      const message = 'private DNS of endpoints needs it, and it is off unless it is set';
      yield { resource: vpc.id, path: `Properties.${property}`, message };
    }
  }
}

/** AWS services with an interface endpoint that the tasks need. */
function neededBy(stack: Settled, { containers, taskDefinition }: ServiceParts): Set<string> {
  const needed = new Set(['ecr.api', 'ecr.dkr']);
  for (const container of containers) {
    if (at(container, 'LogConfiguration.LogDriver') === 'awslogs') needed.add('logs');
    if (listAt(container, 'Secrets').length > 0) needed.add('secretsmanager');
  }
  const role = idOf(taskDefinition?.properties.TaskRoleArn) ?? '';
  const policies = stack
    .ofType('IAM::Policy')
    .filter(({ properties }) => idsAt(properties, 'Roles').includes(role));
  const asksModels = [stack.resources.get(role) ?? [], policies]
    .flat()
    .flatMap(statementsIn)
    .some(({ actions }) => actions.some((action) => action.startsWith('bedrock:')));
  if (asksModels) needed.add('bedrock-runtime');
  // Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints": needed in regions opened since December 2023.
  if (stack.values.NewRegionEndpoints === 'true') {
    for (const name of ['ecs', 'ecs-agent', 'ecs-telemetry']) needed.add(name);
  }
  return needed;
}

/** S3 has a gateway: a route, and no security group of its own. The layers of images come this way. */
function* toS3(
  stack: Settled,
  { service, subnets, groups }: ServiceParts,
  gateway: unknown,
): Iterable<Problem> {
  const tables = idsAt(gateway, 'RouteTableIds');
  for (const subnet of subnets) {
    if (tables.some((table) => tableOf(stack, subnet) === table)) continue;
    yield {
      resource: service.id,
      message: `the subnet ${subnet} has no route to S3: image layers cannot be pulled`,
    };
  }
  const open = groups
    .flatMap((group) => rulesOf(stack, group, 'Egress'))
    .some(({ from, to, prefixList, cidr }) => {
      return from <= HTTPS && to >= HTTPS && (prefixList !== '' || EVERYWHERE.includes(cidr));
    });
  if (open) return;
  const message =
    'no egress rule to the prefix list of S3 on port 443: image layers and files cannot be read';
  yield { resource: groups[0] ?? service.id, message };
}

function* overInternet(stack: Settled, { service, subnets, groups }: ServiceParts): Iterable<Problem> {
  const attached = stack
    .ofType('EC2::VPCGatewayAttachment')
    .map(({ properties }) => idOf(properties.InternetGatewayId));
  const routed = stack
    .ofType('EC2::Route')
    .filter(({ properties }) => attached.includes(idOf(properties.GatewayId)))
    .filter(({ properties }) => properties.DestinationCidrBlock === EVERYWHERE[0])
    .map(({ properties }) => idOf(properties.RouteTableId));
  for (const subnet of subnets) {
    if (routed.includes(tableOf(stack, subnet))) continue;
    yield {
      resource: service.id,
      message: `the subnet ${subnet} has no route to an internet gateway: tasks hang`,
    };
  }
  const open = groups
    .flatMap((group) => rulesOf(stack, group, 'Egress'))
    .some(({ from, to, cidr }) => from <= HTTPS && to >= HTTPS && EVERYWHERE.includes(cidr));
  if (open) return;
  const message = 'no egress rule to the internet on port 443, and no endpoints: tasks hang';
  yield { resource: groups[0] ?? service.id, message };
}

function tableOf(stack: Settled, subnet: string): string | undefined {
  const joined = stack
    .ofType('EC2::SubnetRouteTableAssociation')
    .find(({ properties }) => idOf(properties.SubnetId) === subnet);
  return idOf(joined?.properties.RouteTableId);
}
