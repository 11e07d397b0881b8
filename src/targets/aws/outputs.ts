import { MCP_PATH } from '../../../server/names.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** What a script wants to know of a deployment: the stack's outputs, under names in snake case. No secrets. */
export function awsOutputs(stack: DeployedStack, url: string): Record<string, string> {
  const all = Object.entries(stack.outputs).map(([name, value]) => [snakeCase(name), value]);
  return {
    ...Object.fromEntries(all),
    api_gateway_endpoint: url,
    mcp_endpoint: `${url}${MCP_PATH}`,
    stack: stack.name,
    stage: stack.stage,
  };
}

/** `S3BucketName` is `s3_bucket_name`, `ApiKeyIdA` is `api_key_id_a`. */
function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]|(?<=[A-Z])[A-Z](?=[a-z])/g, '_$&').toLowerCase();
}
