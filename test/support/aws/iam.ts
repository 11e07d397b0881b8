import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Emulator, Keys } from './emulator.ts';

const SCRIPT = fileURLToPath(new URL('iam.py', import.meta.url));

/** A function's role, and the keys of its session: the same ones that the running function has. */
export interface FunctionSession {
  roleName: string;
  keys: Keys;
}

export async function functionSession(emulator: Emulator, FunctionName: string): Promise<FunctionSession> {
  const { FunctionArn, Role } = await emulator
    .client(LambdaClient)
    .send(new GetFunctionConfigurationCommand({ FunctionName }));
  const session = await ask<Record<string, string>>(emulator, {
    function: { FunctionArn, FunctionName, Role },
  });
  return {
    roleName: Role!.slice(Role!.lastIndexOf('/') + 1),
    keys: {
      accessKeyId: session.AWS_ACCESS_KEY_ID!,
      secretAccessKey: session.AWS_SECRET_ACCESS_KEY!,
      sessionToken: session.AWS_SESSION_TOKEN!,
    },
  };
}

/** One action on one resource, with the condition keys that AWS has for it (Service Authorization Reference). */
export interface Permission {
  action: string;
  resource: string;
  keys?: Record<string, string>;
}

/** Whether the policies within a role allow it, by MiniStack's evaluation of policies. */
export async function mayRole(
  emulator: Emulator,
  RoleName: string,
  permission: Permission,
): Promise<boolean> {
  const iam = emulator.client(IAMClient);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const policies = await Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return decodeURIComponent(PolicyDocument!);
    }),
  );
  return await ask(emulator, { policies, keys: {}, ...permission });
}

function ask<T>({ python }: Emulator, question: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [SCRIPT], (error, stdout) => {
      if (error) reject(error);
      else resolve(JSON.parse(stdout));
    });
    child.stdin!.end(JSON.stringify(question));
  });
}
