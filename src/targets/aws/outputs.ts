import { MCP_PATH } from '../../../server/names.ts';
import { snakeCase } from '../../snake-case.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** What a script wants to know of a deployment: the stack's outputs, under names in snake case. No secrets. */
export function awsOutputs(stack: DeployedStack, url: string): Record<string, string> {
  const { ApiGatewayEndpoint: _, S3BucketName, Region, ...others } = stack.outputs;
  const rest = Object.entries(others)
    .map(([name, value]) => [snakeCase(name), value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    // What most people look for.
    api_gateway_endpoint: url,
    mcp_endpoint: `${url}${MCP_PATH}`,
    ...(S3BucketName === undefined ? {} : { s3_bucket_name: S3BucketName }),
    region: Region ?? stack.region,
    stage: stack.stage,
    stack: stack.name,
    ...Object.fromEntries(rest),
  };
}
