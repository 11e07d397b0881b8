import { ApiGatewayV2Client, GetVpcLinkCommand } from '@aws-sdk/client-apigatewayv2';
import { factsOf } from './aws-error.ts';
import { callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('API Gateway', 'apigateway');

export interface VpcLink {
  /** `AVAILABLE`, `INACTIVE` after 60 days without traffic, `FAILED`, `PENDING`, `DELETING`. */
  status: string;
  message: string;
}

/** A link of API Gateway into a network; undefined where it is gone. */
export async function vpcLink(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<VpcLink | undefined> {
  const client = clientOf(connection, ApiGatewayV2Client, 'APIGATEWAYV2');
  const link = await findAws(
    call(connection, 'GET'),
    signal,
    (error) => factsOf(error).name === 'NotFoundException',
    (abortSignal) => client.send(new GetVpcLinkCommand({ VpcLinkId: id }), { abortSignal }),
  );
  if (link === undefined) return undefined;
  return { status: link.VpcLinkStatus ?? 'AVAILABLE', message: link.VpcLinkStatusMessage ?? '' };
}
