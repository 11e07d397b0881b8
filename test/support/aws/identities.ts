import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Emulator, Keys } from './emulator.ts';

/** An IAM policy document. */
export interface Policy {
  Version: string;
  Statement: object[];
}

export interface Identity {
  keys: Keys;
  arn: string;
  /** Takes it away again, so that an inventory finds nothing of it. */
  remove(): Promise<void>;
}

/** A policy that allows the actions. */
export function allow(Action: string | string[], Resource: string | string[] = '*'): Policy {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

/** A user with this policy alone. */
export async function createUser(emulator: Emulator, name: string, policy: Policy): Promise<Identity> {
  const iam = emulator.client(IAMClient);
  const { User } = await iam.send(new CreateUserCommand({ UserName: name }));
  const named = { UserName: name };
  await iam.send(
    new PutUserPolicyCommand({ ...named, PolicyName: 'its-own', PolicyDocument: JSON.stringify(policy) }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand(named));
  const { AccessKeyId, SecretAccessKey } = AccessKey!;
  return {
    arn: User!.Arn!,
    keys: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! },
    async remove() {
      await iam.send(new DeleteAccessKeyCommand({ ...named, AccessKeyId }));
      await iam.send(new DeleteUserPolicyCommand({ ...named, PolicyName: 'its-own' }));
      await iam.send(new DeleteUserCommand(named));
    },
  };
}

/**
 * A role with this policy alone, and a session of it.
 * @param service whose principal may assume it too, such as `ecs-tasks.amazonaws.com`
 */
export async function createRole(
  emulator: Emulator,
  name: string,
  policy: Policy,
  { service }: { service?: string } = {},
): Promise<Identity> {
  const iam = emulator.client(IAMClient);
  const AWS = `arn:aws:iam::${emulator.account}:root`;
  const Principal = service === undefined ? { AWS } : { AWS, Service: service };
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }],
  };
  const named = { RoleName: name };
  const { Role } = await iam.send(
    new CreateRoleCommand({ ...named, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  await iam.send(
    new PutRolePolicyCommand({ ...named, PolicyName: 'its-own', PolicyDocument: JSON.stringify(policy) }),
  );
  const arn = Role!.Arn!;
  return {
    arn,
    keys: await assumeRole(emulator, arn),
    async remove() {
      await iam.send(new DeleteRolePolicyCommand({ ...named, PolicyName: 'its-own' }));
      await iam.send(new DeleteRoleCommand(named));
    },
  };
}

/**
 * Keys of a session of the role, whatever its trust policy says: MiniStack lets root assume the roles of
 * services, which is how a test becomes a task or a function.
 */
export async function assumeRole(emulator: Emulator, arn: string): Promise<Keys> {
  const sts = emulator.client(STSClient);
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'test' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
}
