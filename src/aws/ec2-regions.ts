import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

/** Regions that the account may use, by name. */
export async function enabledRegions(connection: RegionalConnection, signal: AbortSignal): Promise<string[]> {
  const client = clientOf(connection, EC2Client, 'EC2');
  const { profile, region } = connection;
  const call = { service: 'EC2', action: 'ec2:DescribeRegions', profile, region };
  const { Regions = [] } = await callAws(call, signal, (abortSignal) =>
    client.send(new DescribeRegionsCommand({ AllRegions: false }), { abortSignal }),
  );
  return Regions.flatMap(({ RegionName }) => RegionName ?? []).sort();
}
