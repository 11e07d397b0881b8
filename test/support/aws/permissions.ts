import { readFile } from 'node:fs/promises';
// @ts-expect-error a script, without types
import { narrowed } from '../../../scripts/oidc-policies.mjs';
import type { Policy } from './identities.ts';

interface Statement {
  Action?: unknown;
  Condition?: unknown;
}

/** Policies of docs/permissions, put together. */
export async function readPolicy(...names: string[]): Promise<Policy> {
  const policies = await Promise.all(
    names.map(async (name) => {
      const file = new URL(`../../../docs/permissions/${name}.json`, import.meta.url);
      return JSON.parse(await readFile(file, 'utf8')) as Policy;
    }),
  );
  return { Version: '2012-10-17', Statement: policies.flatMap(({ Statement }) => Statement) };
}

/** What the role of a pipeline may do that deploys the stage. */
export async function pipelinePolicy(stage: string): Promise<Policy> {
  const text = JSON.stringify(narrowed(await readPolicy('deployer')));
  return JSON.parse(text.replace(/\$\{AWS::Partition\}/g, 'aws').replace(/\$\{Stage\}/g, stage)) as Policy;
}

/** What MiniStack asks for on `*`, because it does not find the resource in the request. */
const NAMELESS = {
  Effect: 'Allow',
  Action: [
    'cloudformation:DescribeChangeSet',
    'cloudformation:ExecuteChangeSet',
    'cloudformation:DeleteChangeSet',
    'cloudformation:DescribeEvents',
    'ecs:DeleteTaskDefinitions',
    'iam:CreateServiceLinkedRole',
  ],
  Resource: '*',
};

/** What makes up for that, for a policy of one's own. */
export const EMULATED = [
  NAMELESS,
  { Effect: 'Allow', Action: 'events:*', Resource: 'arn:aws:events:*:*:rule/default/mcp-*' },
];

/**
 * The policy as MiniStack has to be told it, where it evaluates otherwise than AWS:
 * - it knows no tags of API keys, so that conditions on them are never met;
 * - it names the default bus in the ARN of a rule;
 * - it takes the cluster for the resource of what is asked about an ECS service;
 * - it does not find the resources of {@link NAMELESS} actions.
 */
export function asEmulated(policy: Policy): Policy {
  const statements = (policy.Statement as Statement[]).map(({ Condition, ...rest }) => ({
    ...rest,
    ...(Condition === undefined || JSON.stringify(Condition).includes('aws:ResourceTag')
      ? {}
      : { Condition }),
  }));
  const deploys = statements.some(({ Action }) => Action === 'cloudformation:*');
  const text = JSON.stringify({ ...policy, Statement: deploys ? [...statements, NAMELESS] : statements });
  const also = { 'events:*:*:rule/mcp-*': 'rule/default/mcp-*', 'ecs:*:*:service/mcp-*': 'cluster/mcp-*' };
  return JSON.parse(
    Object.entries(also).reduce((told, [known, more]) => {
      const arn = `"arn:aws:${known}"`;
      return told.replaceAll(arn, `${arn},${arn.replace(/[^:]*$/, `${more}"`)}`);
    }, text),
  ) as Policy;
}
