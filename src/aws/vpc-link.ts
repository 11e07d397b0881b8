import { ApiGatewayV2Client, GetVpcLinkCommand } from '@aws-sdk/client-apigatewayv2';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

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
  const { profile, region } = connection;
  const call = { service: 'API Gateway', action: 'apigateway:GET', profile, region };
  const client = clientOf(connection, ApiGatewayV2Client, 'APIGATEWAYV2');
  return callAws(call, signal, async (abortSignal) => {
    try {
      const link = await client.send(new GetVpcLinkCommand({ VpcLinkId: id }), { abortSignal });
      return { status: link.VpcLinkStatus ?? 'AVAILABLE', message: link.VpcLinkStatusMessage ?? '' };
    } catch (error) {
      if (factsOf(error).name === 'NotFoundException') return undefined;
      throw error;
    }
  });
}
