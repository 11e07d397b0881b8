import type { AwsAccount } from './aws-account.ts';
import { filterPattern } from './filter-pattern.ts';

type Input = Record<string, unknown>;
/** A text is XML. */
type Operation = (input: Input) => Promise<Result> | Result;
interface Result {
  answer: object | string;
  headers?: Record<string, string>;
}

export type Operations = Record<string, Operation>;

const SERVICE_ARN = 'arn:aws:ecs:eu-central-1:000000000000:service/mcp-dev/mcp-dev';

/** Keys on one page of the list. */
const KEY_PAGE = 2;

/** What the actions do with the account. */
export function operations(account: AwsAccount): Operations {
  const { service } = account;
  return {
    DescribeServices: () => ({
      answer: {
        services: service.gone ? [] : [describeService(account)],
        failures: service.gone ? [{ reason: 'MISSING' }] : [],
      },
    }),
    UpdateService: ({ desiredCount }) => {
      service.desired = desiredCount as number;
      return { answer: { service: describeService(account) } };
    },
    TagResource: ({ tags }) => {
      for (const { key, value } of tags as { key: string; value: string }[]) service.tags.set(key, value);
      return { answer: {} };
    },
    UntagResource: ({ tagKeys }) => {
      for (const key of tagKeys as string[]) service.tags.delete(key);
      return { answer: {} };
    },
    DescribeScalableTargets: () => ({
      answer: { ScalableTargets: account.bounds === undefined ? [] : [account.bounds] },
    }),
    RegisterScalableTarget: ({ MinCapacity, MaxCapacity, SuspendedState }) => {
      account.bounds = { MinCapacity, MaxCapacity, SuspendedState };
      return { answer: {} };
    },
    DescribeTargetHealth: () => ({ answer: targetHealth(account.healthy) }),
    FilterLogEvents: ({ startTime, filterPattern: text, limit, nextToken }) => {
      const { matches } = filterPattern(text as string);
      const found = account.log.filter(
        ({ timestamp, message }) => timestamp >= (startTime as number) && matches(message),
      );
      // As on AWS: a page may be empty and still not be the last.
      if (nextToken === undefined) return { answer: { events: [], nextToken: 'next' } };
      return { answer: { events: found.slice(0, limit as number) } };
    },
    GetApiKeys: ({ position = '0' }) => {
      const from = Number(position);
      const page = account.apiKeys.slice(from, from + KEY_PAGE);
      const more = from + KEY_PAGE < account.apiKeys.length;
      return { answer: { item: page, ...(more ? { position: String(from + KEY_PAGE) } : {}) } };
    },
    UpdateApiKey: ({ id, patchOperations }) => {
      const key = account.apiKeys.find((candidate) => candidate.id === id)!;
      for (const { path, value } of patchOperations as { path: string; value: string }[]) {
        if (path === '/enabled') key.enabled = value === 'true';
      }
      return { answer: key };
    },
    GetSecretValue: () => ({ answer: { SecretString: account.secret } }),
    ChangeMessageVisibility: () => ({ answer: {} }),
    Invoke: async ({ name, event }) => {
      try {
        return { answer: (await account.functions.get(name as string)!(event)) as object };
      } catch (error) {
        const { name: errorType, message: errorMessage } = error as Error;
        return { answer: { errorType, errorMessage }, headers: { 'x-amz-function-error': 'Unhandled' } };
      }
    },
  };
}

function describeService({ service }: AwsAccount) {
  return {
    serviceArn: SERVICE_ARN,
    status: 'ACTIVE',
    desiredCount: service.desired,
    runningCount: service.running,
    tags: [...service.tags].map(([key, value]) => ({ key, value })),
    deployments: [{ status: 'PRIMARY', rolloutState: service.rollout, createdAt: service.createdAt / 1000 }],
  };
}

function targetHealth(healthy: number): string {
  const target = (state: string) =>
    `<member><Target><Id>10.0.0.1</Id></Target><TargetHealth><State>${state}</State></TargetHealth></member>`;
  const members = Array.from({ length: healthy }, () => target('healthy')).join('') + target('initial');
  return (
    '<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">' +
    `<DescribeTargetHealthResult><TargetHealthDescriptions>${members}</TargetHealthDescriptions>` +
    '</DescribeTargetHealthResult></DescribeTargetHealthResponse>'
  );
}
