import {
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('EC2', 'ec2');

/** A network interface, which holds the subnet and the security groups that it is in. */
export interface NetworkInterface {
  id: string;
  description: string;
  /** Nothing uses it. */
  detached: boolean;
  /** An AWS service made it, and only that service can take it away. */
  managed: boolean;
}

export async function networkInterfaces(
  connection: RegionalConnection,
  vpc: string,
  signal: AbortSignal,
): Promise<NetworkInterface[]> {
  const found: NetworkInterface[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'vpc-id', Values: [vpc] }],
      NextToken,
    });
    const page = await callAws(call(connection, 'DescribeNetworkInterfaces'), signal, (abortSignal) =>
      client(connection).send(command, { abortSignal }),
    );
    for (const { NetworkInterfaceId, Description, Status, RequesterManaged } of page.NetworkInterfaces ??
      []) {
      found.push({
        id: NetworkInterfaceId!,
        description: Description ?? '',
        detached: Status === 'available',
        managed: RequesterManaged === true,
      });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** Takes a detached interface away. One that is gone is fine. */
export async function deleteNetworkInterface(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  await callAws(call(connection, 'DeleteNetworkInterface'), signal, async (abortSignal) => {
    try {
      await client(connection).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }), {
        abortSignal,
      });
    } catch (error) {
      if (factsOf(error).name !== 'InvalidNetworkInterfaceID.NotFound') throw error;
    }
  });
}

function client(connection: RegionalConnection): EC2Client {
  return clientOf(connection, EC2Client, 'EC2');
}
