import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('IAM', 'iam');

/** Services that have a role of their own in the account, such as `ecs.amazonaws.com`. */
export async function servicesWithRole(
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<Set<string>> {
  const services = new Set<string>();
  let Marker: string | undefined;
  do {
    const page = await callAws(call(connection, 'ListRoles'), signal, (abortSignal) =>
      client(connection).send(new ListRolesCommand({ PathPrefix: SERVICE_PATH, Marker }), { abortSignal }),
    );
    for (const { Path } of page.Roles ?? []) services.add(Path?.slice(SERVICE_PATH.length, -1) ?? '');
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  return services;
}

const SERVICE_PATH = '/aws-service-role/';

/** Makes a service's own role; one that exists is fine. */
export async function createServiceRole(
  connection: RegionalConnection,
  service: string,
  signal: AbortSignal,
): Promise<void> {
  const command = new CreateServiceLinkedRoleCommand({ AWSServiceName: service });
  await callAws(call(connection, 'CreateServiceLinkedRole'), signal, async (abortSignal) => {
    try {
      await client(connection).send(command, { abortSignal });
    } catch (error) {
      const { name, message } = factsOf(error);
      // AWS: InvalidInput, "Service role name … has been taken in this account".
      const exists = /EntityAlreadyExists/.test(name) || /has been taken|already exists/i.test(message);
      if (!exists) throw error;
    }
  });
}

/** ARN of a role; undefined where there is none of that name. */
export async function findRole(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await findAws(
    call(connection, 'GetRole'),
    signal,
    (error) => /^NoSuchEntity/.test(factsOf(error).name),
    (abortSignal) => client(connection).send(new GetRoleCommand({ RoleName: name }), { abortSignal }),
  );
  return found?.Role?.Arn;
}

export interface NewRole {
  name: string;
  description: string;
  /** Service that takes the role on, such as `apigateway.amazonaws.com`. */
  service: string;
  /** ARN of the managed policy that it gets. */
  policy: string;
  tags: Record<string, string>;
}

/** Makes a role for a service, and returns its ARN. One that exists gets the policy, should it lack it. */
export async function createRole(
  connection: RegionalConnection,
  role: NewRole,
  signal: AbortSignal,
): Promise<string> {
  const found = await findRole(connection, role.name, signal);
  const arn = found ?? (await make(connection, role, signal));
  const attach = new AttachRolePolicyCommand({ RoleName: role.name, PolicyArn: role.policy });
  await callAws(call(connection, 'AttachRolePolicy'), signal, (abortSignal) =>
    client(connection).send(attach, { abortSignal }),
  );
  return arn;
}

async function make(connection: RegionalConnection, role: NewRole, signal: AbortSignal): Promise<string> {
  const command = new CreateRoleCommand({
    RoleName: role.name,
    Description: role.description,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: role.service }, Action: 'sts:AssumeRole' }],
    }),
    Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const made = await findAws(
    call(connection, 'CreateRole'),
    signal,
    // Another deployment made it meanwhile, or this one did and its answer was lost.
    (error) => /^EntityAlreadyExists/.test(factsOf(error).name),
    (abortSignal) => client(connection).send(command, { abortSignal }),
  );
  return made?.Role?.Arn ?? (await findRole(connection, role.name, signal))!;
}

function client(connection: RegionalConnection): IAMClient {
  return clientOf(connection, IAMClient, 'IAM');
}
