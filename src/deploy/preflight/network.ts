import { availableZones, endpointZones, s3PrefixList, type Zone } from '../../aws/ec2.ts';
import { failed, usageError } from '../../errors.ts';
import type { Parameters } from '../../stack/deploy-settings.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';
import { ecsEndpointsNeeded, linkZones } from './regions.ts';

/** Where the network goes: two zones, the addresses of S3, and which endpoints the region needs. */
export async function checkNetwork(look: Look): Promise<Findings> {
  const { connection, stack, planned, signal } = look;
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
  if (stack?.parameters.NetworkMode === 'public-egress' && planned.NetworkMode === 'private') {
    await checkEndpointsIn([facts.ZoneA, facts.ZoneB], look, warnings);
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
  // Without endpoints any zone will do.
  const offered = planned.NetworkMode === 'private' ? await endpointOffer(look, warnings) : undefined;
  const fitting = offered === undefined ? linked : linked.filter(offered);
  if (fitting.length >= 2) return [fitting[0]!, fitting[1]!];
  throw failed(
    'no_zones',
    `${region} offers this account ${fitting.length === 0 ? 'no zone' : 'only one zone'} in which both VPC link and endpoints can be had; it takes two`,
    ['choose another region with --region'],
  );
}

/** A network that was made without endpoints stays in its zones when it gets some. */
async function checkEndpointsIn(ids: string[], look: Look, warnings: string[]): Promise<void> {
  const offered = await endpointOffer(look, warnings);
  if (offered === undefined) return;
  const zones = await availableZones(look.connection, look.signal);
  const without = zones.filter((zone) => ids.includes(zone.id) && !offered(zone));
  if (without.length === 0) return;
  throw failed('no_zones', `an endpoint cannot be had in the zone ${without[0]!.id} that the stage is in`, [
    'keep --network public-egress',
    'or destroy the stage and deploy it again, which chooses other zones',
  ]);
}

/**
 * Whether all endpoints of a private network can be had in a zone; undefined where these credentials may not look.
 * @throws usage error (exit 2) where the region lacks one
 */
async function endpointOffer(
  { connection, signal }: Look,
  warnings: string[],
): Promise<((zone: Zone) => boolean) | undefined> {
  const { region } = connection;
  const services = ['ecr.api', 'ecr.dkr', 'logs', 'bedrock-runtime'];
  if (ecsEndpointsNeeded(region)) services.push('ecs', 'ecs-agent', 'ecs-telemetry');
  const found: { zones?: Map<string, string[]> } = {};
  const denied = await ifAllowed('the zones of the endpoints', async () => {
    found.zones = await endpointZones(connection, services, signal);
    return {};
  });
  warnings.push(...(denied.warnings ?? []));
  const { zones } = found;
  if (zones === undefined) return undefined;
  const missing = services.find((service) => !zones.has(service));
  if (missing === undefined) {
    return ({ name }) => services.every((service) => zones.get(service)!.includes(name));
  }
  throw usageError(`${region} has no VPC endpoint for ${missing}, which a private network needs`, [
    'choose another region with --region',
    'or let tasks reach AWS over the internet: --network public-egress',
  ]);
}
