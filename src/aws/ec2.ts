import {
  DescribeAvailabilityZonesCommand,
  DescribeManagedPrefixListsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('EC2', 'ec2');

export interface Zone {
  /** The same place for every account: `euc1-az1`. */
  id: string;
  /** Shuffled for each account: `eu-central-1a`. */
  name: string;
}

/** Id of the prefix list of the region's S3, to which security groups refer; undefined where there is none. */
export async function s3PrefixList(
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = new DescribeManagedPrefixListsCommand({
    Filters: [{ Name: 'prefix-list-name', Values: [`com.amazonaws.${connection.region}.s3`] }],
  });
  const { PrefixLists } = await callAws(
    call(connection, 'DescribeManagedPrefixLists'),
    signal,
    (abortSignal) => client(connection).send(command, { abortSignal }),
  );
  return PrefixLists?.[0]?.PrefixListId;
}

/** Zones of the region that this account may use, without local and wavelength zones, in order of their ids. */
export async function availableZones(connection: RegionalConnection, signal: AbortSignal): Promise<Zone[]> {
  const command = new DescribeAvailabilityZonesCommand({
    Filters: [
      { Name: 'state', Values: ['available'] },
      { Name: 'zone-type', Values: ['availability-zone'] },
    ],
  });
  const { AvailabilityZones } = await callAws(
    call(connection, 'DescribeAvailabilityZones'),
    signal,
    (abortSignal) => client(connection).send(command, { abortSignal }),
  );
  return (AvailabilityZones ?? [])
    .flatMap(({ ZoneId, ZoneName }) => (ZoneId && ZoneName ? [{ id: ZoneId, name: ZoneName }] : []))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * In which zones (by name) each endpoint service can be had; one that the region lacks is not in it.
 * @param services short names, such as `ecr.api`
 */
export async function endpointZones(
  connection: RegionalConnection,
  services: string[],
  signal: AbortSignal,
): Promise<Map<string, string[]>> {
  const prefix = `com.amazonaws.${connection.region}.`;
  const command = new DescribeVpcEndpointServicesCommand({
    Filters: [{ Name: 'service-name', Values: services.map((service) => prefix + service) }],
  });
  const { ServiceDetails } = await callAws(
    call(connection, 'DescribeVpcEndpointServices'),
    signal,
    (abortSignal) => client(connection).send(command, { abortSignal }),
  );
  return new Map(
    (ServiceDetails ?? []).map(({ ServiceName, AvailabilityZones }) => [
      (ServiceName ?? '').replace(prefix, ''),
      AvailabilityZones ?? [],
    ]),
  );
}

/** How many VPCs the account has in the region. */
export async function countVpcs(connection: RegionalConnection, signal: AbortSignal): Promise<number> {
  let count = 0;
  let NextToken: string | undefined;
  do {
    const page = await callAws(call(connection, 'DescribeVpcs'), signal, (abortSignal) =>
      client(connection).send(new DescribeVpcsCommand({ NextToken }), { abortSignal }),
    );
    count += page.Vpcs?.length ?? 0;
    NextToken = page.NextToken;
  } while (NextToken);
  return count;
}

function client(connection: RegionalConnection): EC2Client {
  return clientOf(connection, EC2Client, 'EC2');
}
