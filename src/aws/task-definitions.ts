import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('ECS', 'ecs');

/** ARNs of a family's revisions, of which `inactive` ones stay behind when their stack is gone. */
export interface Revisions {
  active: string[];
  inactive: string[];
}

/** @param family its whole name */
export async function listRevisions(
  connection: RegionalConnection,
  family: string,
  signal: AbortSignal,
): Promise<Revisions> {
  return {
    active: await list(connection, family, 'ACTIVE', signal),
    inactive: await list(connection, family, 'INACTIVE', signal),
  };
}

/** Deletes revisions for good; ECS does so when no task runs from them any more. */
export async function deleteRevisions(
  connection: RegionalConnection,
  { active, inactive }: Revisions,
  signal: AbortSignal,
): Promise<void> {
  for (const taskDefinition of active) {
    const command = new DeregisterTaskDefinitionCommand({ taskDefinition });
    await callAws(call(connection, 'DeregisterTaskDefinition'), signal, (abortSignal) =>
      client(connection).send(command, { abortSignal }),
    );
  }
  const all = [...active, ...inactive];
  // Ten at once are the most that ECS takes (API reference, DeleteTaskDefinitions).
  for (let at = 0; at < all.length; at += 10) {
    const command = new DeleteTaskDefinitionsCommand({ taskDefinitions: all.slice(at, at + 10) });
    await callAws(call(connection, 'DeleteTaskDefinitions'), signal, (abortSignal) =>
      client(connection).send(command, { abortSignal }),
    );
  }
}

async function list(
  connection: RegionalConnection,
  familyPrefix: string,
  status: 'ACTIVE' | 'INACTIVE',
  signal: AbortSignal,
): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListTaskDefinitionsCommand({ familyPrefix, status, nextToken });
    const page = await callAws(call(connection, 'ListTaskDefinitions'), signal, (abortSignal) =>
      client(connection).send(command, { abortSignal }),
    );
    arns.push(...(page.taskDefinitionArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  // Emulators take the name for a prefix.
  return arns.filter((arn) => arn.replace(/^.*\//, '').replace(/:\d+$/, '') === familyPrefix);
}

function client(connection: RegionalConnection): ECSClient {
  return clientOf(connection, ECSClient, 'ECS');
}
