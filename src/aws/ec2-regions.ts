import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('EC2', 'ec2');

/** Regions that the account may use, by name. */
export async function enabledRegions(connection: RegionalConnection, signal: AbortSignal): Promise<string[]> {
  const client = clientOf(connection, EC2Client, 'EC2');
  const { Regions = [] } = await callAws(call(connection, 'DescribeRegions'), signal, (abortSignal) =>
    client.send(new DescribeRegionsCommand({ AllRegions: false }), { abortSignal }),
  );
  return Regions.flatMap(({ RegionName }) => RegionName ?? []).sort();
}
