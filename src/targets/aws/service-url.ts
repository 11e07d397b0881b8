import type { RegionalConnection } from '../../aws/connection.ts';
import { type DeployedStack, outputOf } from './deployed-stack.ts';

/**
 * Where the service is reached. Behind an endpoint of one's own (AWS_ENDPOINT_URL) the API has no host name:
 * emulators serve it below their own.
 */
export function serviceUrl(
  { env }: RegionalConnection,
  stack: Pick<DeployedStack, 'outputs' | 'name' | 'stage' | 'region'>,
): string {
  const endpoint = env.AWS_ENDPOINT_URL_API_GATEWAY || env.AWS_ENDPOINT_URL;
  const output = (name: string) => outputOf(stack as DeployedStack, name);
  if (!endpoint) return output('ApiGatewayEndpoint').replace(/\/$/, '');
  const { origin } = new URL(endpoint);
  return `${origin}/restapis/${output('RestApiId')}/${output('ApiStageName')}/_user_request_`;
}
