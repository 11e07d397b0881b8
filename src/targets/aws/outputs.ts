import { MCP_PATH } from '../../../server/names.ts';
import { snakeCase } from '../../snake-case.ts';
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
