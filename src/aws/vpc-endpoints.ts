import { DescribeVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('EC2', 'ec2');

export interface VpcEndpoint {
  id: string;
  /** Without the prefix of AWS and region: `ecr.api`, `s3`. */
  service: string;
  /** `available`, `pending`, `failed`, … */
  state: string;
  /** Whether the service's own name leads to it. That of a gateway needs none. */
  privateDns: boolean;
}

/** Endpoints of a network. */
export async function vpcEndpoints(
  connection: RegionalConnection,
  vpc: string,
  signal: AbortSignal,
): Promise<VpcEndpoint[]> {
  const { region } = connection;
  const client = clientOf(connection, EC2Client, 'EC2');
  const command = new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] });
  const { VpcEndpoints = [] } = await callAws(
    call(connection, 'DescribeVpcEndpoints'),
    signal,
    (abortSignal) => client.send(command, { abortSignal }),
  );
  return VpcEndpoints.map(({ VpcEndpointId: id = '', ServiceName = '', State = '', ...more }) => ({
    id,
    service: ServiceName.replace(new RegExp(`^.*\\.${region}\\.`), ''),
    // CloudFormation's own words begin with a capital.
    state: State.toLowerCase(),
    privateDns: more.VpcEndpointType !== 'Interface' || more.PrivateDnsEnabled !== false,
  }));
}
