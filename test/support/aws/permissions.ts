import { readFile } from 'node:fs/promises';
import type { Policy } from './identities.ts';

type Statement = { Condition?: Record<string, Record<string, unknown>>; [name: string]: unknown };

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

/** MiniStack does not know the tags of API keys, so that conditions on them are never met there. */
export function withoutTagsOfKeys(policy: Policy): Policy {
  const statements = policy.Statement as Statement[];
  return {
    ...policy,
    Statement: statements.map(({ Condition, ...rest }) =>
      Condition !== undefined && !JSON.stringify(Condition).includes('aws:ResourceTag')
        ? { ...rest, Condition }
        : rest,
    ),
  };
}
