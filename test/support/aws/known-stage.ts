import type { AppOutput, AppParameter } from '../../../src/stack/template-names.ts';
import { queryResult } from './fault.ts';
import { AwsProxy } from './proxy.ts';

/** Whose the stage is. */
export const ACCOUNT = '123456789012';

export interface KnownStage {
  stage?: string;
  outputs?: Partial<Record<AppOutput, string>>;
  parameters?: Partial<Record<AppParameter, string>>;
}

/**
 * An AWS that knows one stage's stack and nothing else: what a command needs to begin with, made of Node alone. What
 * else it asks the test answers by rules of its own; the rest breaks off.
 */
export async function startKnownStage(known: KnownStage = {}): Promise<AwsProxy> {
  // Nobody listens there.
  const proxy = await AwsProxy.start('http://127.0.0.1:1');
  rigStack(proxy, known);
  return proxy;
}

/** Has the proxy tell of the stack, as CloudFormation does. */
export function rigStack(
  proxy: AwsProxy,
  { stage = 'dev', outputs = {}, parameters = {} }: KnownStage,
): void {
  const stack = [
    `<StackId>arn:aws:cloudformation:eu-central-1:${ACCOUNT}:stack/mcp-${stage}/51af3dc0</StackId>`,
    `<StackName>mcp-${stage}</StackName><CreationTime>2026-11-24T10:00:00.000Z</CreationTime>`,
    '<StackStatus>CREATE_COMPLETE</StackStatus>',
    `<Tags><member><Key>mcp-s3:stage</Key><Value>${stage}</Value></member></Tags>`,
    pairs('Outputs', 'Output', outputs),
    pairs('Parameters', 'Parameter', parameters),
  ].join('');
  proxy.rig({
    action: 'cloudformation:DescribeStacks',
    do: (call) => {
      const name = new URLSearchParams(call.body).get('StackName');
      const here = name === null || name === `mcp-${stage}` || name.includes(`:stack/mcp-${stage}/`);
      return here ? queryResult(call, `<Stacks><member>${stack}</member></Stacks>`) : undefined;
    },
  });
}

/** What a command must find in its environment to use this AWS. */
export function environmentFor(proxy: AwsProxy): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'tester',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function pairs(list: string, name: string, values: Record<string, string>): string {
  const members = Object.entries(values).map(
    ([key, value]) => `<member><${name}Key>${key}</${name}Key><${name}Value>${value}</${name}Value></member>`,
  );
  return `<${list}>${members.join('')}</${list}>`;
}
