import { availableZones, endpointZones, s3PrefixList, type Zone } from '../../aws/ec2.ts';
import { failed, usageError } from '../../errors.ts';
import type { Parameters } from '../../stack/deploy-settings.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';
import { ecsEndpointsNeeded, linkZones } from './regions.ts';

/** Where the network goes: two zones, the addresses of S3, and which endpoints the region needs. */
export async function checkNetwork(look: Look): Promise<Findings> {
  const { connection, stack, signal } = look;
  const facts: Parameters = { NewRegionEndpoints: String(ecsEndpointsNeeded(connection.region)) };
  const warnings: string[] = [];
  // They never change, and another zone would mean another network.
  for (const name of ['ZoneA', 'ZoneB', 'S3PrefixListId']) {
    const deployed = stack?.parameters[name];
    if (deployed) facts[name] = deployed;
  }
  if (facts.ZoneA === undefined || facts.ZoneB === undefined) {
    const zones = await chooseZones(look, warnings);
    facts.ZoneA = zones[0].id;
    facts.ZoneB = zones[1].id;
  }
  if (facts.S3PrefixListId === undefined) {
    const list = await s3PrefixList(connection, signal);
    if (list === undefined) {
      throw failed(
        'no_prefix_list',
        `${connection.region} has no prefix list of S3, which the network needs`,
        ['choose another region with --region'],
      );
    }
    facts.S3PrefixListId = list;
  }
  return { facts, warnings };
}

/** The first two zones, by id, in which both VPC link and endpoints can be had. */
async function chooseZones(look: Look, warnings: string[]): Promise<[Zone, Zone]> {
  const { connection, planned, signal } = look;
  const { region } = connection;
  const zones = await availableZones(connection, signal);
  const linked = zones.filter(linkZones(region));
  const services = ['ecr.api', 'ecr.dkr', 'logs', 'bedrock-runtime'];
  if (ecsEndpointsNeeded(region)) services.push('ecs', 'ecs-agent', 'ecs-telemetry');
  let having: Map<string, string[]> | undefined;
  const denied = await ifAllowed('the zones of the endpoints', async () => {
    having = await endpointZones(connection, services, signal);
    return {};
  });
  warnings.push(...(denied.warnings ?? []));
  // Without endpoints any zone will do.
  const needed = planned.NetworkMode === 'private' && having !== undefined ? services : [];
  for (const service of needed) {
    if (having!.has(service)) continue;
    throw usageError(`${region} has no VPC endpoint for ${service}, which a private network needs`, [
      'choose another region with --region',
      'or let tasks reach AWS over the internet: --network public-egress',
    ]);
  }
  const fitting = linked.filter(({ name }) =>
    needed.every((service) => having!.get(service)!.includes(name)),
  );
  if (fitting.length >= 2) return [fitting[0]!, fitting[1]!];
  throw failed(
    'no_zones',
    `${region} offers this account ${fitting.length === 0 ? 'no zone' : 'only one zone'} in which both VPC link and endpoints can be had; it takes two`,
    ['choose another region with --region'],
  );
}
