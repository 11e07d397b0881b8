import { API_STAGE } from '../../../server/names.ts';
import { failed } from '../../errors.ts';

/**
 * Address of a stage's API, with its stage and without a slash at the end. `MCP_S3_API_URL` names another one, such as
 * a domain of one's own. Behind `AWS_ENDPOINT_URL` stands no AWS, and the API is asked there, by the path that the
 * emulators agree on.
 * @param outputs of the stack
 */
export function apiUrl(outputs: Record<string, string>, env: NodeJS.ProcessEnv): string {
  if (env.MCP_S3_API_URL) return env.MCP_S3_API_URL.replace(/\/+$/, '');
  const endpoint = env.AWS_ENDPOINT_URL_API_GATEWAY || env.AWS_ENDPOINT_URL;
  const { ApiGatewayEndpoint: url, RestApiId: id } = outputs;
  if (endpoint && id) return `${endpoint.replace(/\/+$/, '')}/restapis/${id}/${API_STAGE}/_user_request_`;
  if (url) return url.replace(/\/+$/, '');
  throw failed('missing_output', 'the stack has no output ApiGatewayEndpoint: another version made it', [
    'bring it up to date: mcp-s3 deploy',
  ]);
}
