import {
  type Change,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { failed, unfinished } from '../errors.ts';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import { cloudFormation, cloudFormationCall, isMissingStack } from './cloudformation.ts';
import type { RegionalConnection } from './connection.ts';

/** A parameter with a new value, or one that keeps the value that the stack has at the moment of the change. */
export type ParameterValue = { name: string; value: string } | { name: string; keep: true };

/** As text at most 51,200 bytes; beyond that the address of an object in S3. `previous`: the one that the stack has. */
export type TemplateSource = { body: string } | { url: string } | { previous: true };

export interface ChangeSetRequest {
  stackName: string;
  name: string;
  type: 'CREATE' | 'UPDATE';
  template: TemplateSource;
  parameters: ParameterValue[];
  tags: Record<string, string>;
}

export interface ChangeSetState {
  /** `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`. */
  status: string;
  reason: string;
  changes: ResourceChange[];
}

/** What happens to one resource. */
export interface ResourceChange {
  action: 'add' | 'modify' | 'remove' | 'import' | 'dynamic' | 'sync';
  logicalId: string;
  type: string;
  physicalId?: string;
  /** `maybe`: CloudFormation decides it while it updates, by a value that it does not know yet. */
  replacement: 'yes' | 'maybe' | 'no';
  /** What becomes of the old one: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete`, … */
  policy?: string;
  causes: ChangeCause[];
}

/** Why a resource changes. */
export interface ChangeCause {
  /** `Properties`, `Tags`, `Metadata`, … */
  attribute: string;
  property?: string;
  /** The parameter or resource whose change leads to it. */
  entity?: string;
  source?: string;
}

/**
 * Asks for a change set; it is ready when {@link readChangeSet} says so.
 * @returns ids of change set and stack
 * @throws unfinished (exit 5) where something else changes the stack at this moment
 */
export async function createChangeSet(
  connection: RegionalConnection,
  request: ChangeSetRequest,
  signal: AbortSignal,
): Promise<{ id: string; stackId: string }> {
  const { template, parameters, tags } = request;
  const command = new CreateChangeSetCommand({
    StackName: request.stackName,
    ChangeSetName: request.name,
    ChangeSetType: request.type,
    ...templateInput(template),
    Parameters: parameters.map((parameter) => ({
      ParameterKey: parameter.name,
      ...('keep' in parameter ? { UsePreviousValue: true } : { ParameterValue: parameter.value }),
    })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
  });
  return await callAws(cloudFormationCall(connection, 'CreateChangeSet'), signal, async (abortSignal) => {
    try {
      const { Id, StackId } = await cloudFormation(connection).send(command, { abortSignal });
      return { id: Id!, stackId: StackId! };
    } catch (error) {
      const made =
        factsOf(error).name === 'AlreadyExistsException'
          ? await ownChangeSet(connection, { ...request, abortSignal })
          : undefined;
      if (made !== undefined) return made;
      throw refusal(error, request.stackName) ?? error;
    }
  });
}

/** The change set that an earlier try of the same call made, of which the answer was lost: nobody else knows its name. */
async function ownChangeSet(
  connection: RegionalConnection,
  { stackName, name, abortSignal }: { stackName: string; name: string; abortSignal: AbortSignal },
): Promise<{ id: string; stackId: string } | undefined> {
  const command = new DescribeChangeSetCommand({ StackName: stackName, ChangeSetName: name });
  const { ChangeSetId, StackId } = await cloudFormation(connection)
    .send(command, { abortSignal })
    .catch((): Record<string, undefined> => ({}));
  return ChangeSetId && StackId ? { id: ChangeSetId, stackId: StackId } : undefined;
}

function templateInput(template: TemplateSource) {
  if ('previous' in template) return { UsePreviousTemplate: true };
  return 'body' in template ? { TemplateBody: template.body } : { TemplateURL: template.url };
}

/** Reads a change set with all its changes. */
export async function readChangeSet(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<ChangeSetState> {
  const state: ChangeSetState = { status: '', reason: '', changes: [] };
  let NextToken: string | undefined;
  do {
    const page = await callAws(cloudFormationCall(connection, 'DescribeChangeSet'), signal, (abortSignal) =>
      cloudFormation(connection).send(new DescribeChangeSetCommand({ ChangeSetName: id, NextToken }), {
        abortSignal,
      }),
    );
    state.status = page.Status ?? '';
    state.reason = page.StatusReason ?? '';
    state.changes.push(...(page.Changes ?? []).flatMap(changeOf));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return state;
}

/** Begins the change. @throws unfinished (exit 5) where the stack has changed since, or is being changed */
export async function executeChangeSet(
  connection: RegionalConnection,
  { id, stackName, token }: { id: string; stackName: string; token: string },
  signal: AbortSignal,
): Promise<void> {
  const command = new ExecuteChangeSetCommand({ ChangeSetName: id, ClientRequestToken: token });
  await callAws(cloudFormationCall(connection, 'ExecuteChangeSet'), signal, async (abortSignal) => {
    try {
      await cloudFormation(connection).send(command, { abortSignal });
    } catch (error) {
      const problem = refusal(error, stackName);
      // An earlier try of this call began it, of which the answer was lost: nobody else knows the change set.
      if (problem !== undefined && (await isExecuted(connection, id, abortSignal))) return;
      throw problem ?? error;
    }
  });
}

async function isExecuted(
  connection: RegionalConnection,
  id: string,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const command = new DescribeChangeSetCommand({ ChangeSetName: id });
  const state = await cloudFormation(connection)
    .send(command, { abortSignal })
    .catch(() => undefined);
  return /^EXECUTE_(IN_PROGRESS|COMPLETE)$/.test(state?.ExecutionStatus ?? '');
}

export async function deleteChangeSet(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  await callAws(cloudFormationCall(connection, 'DeleteChangeSet'), signal, (abortSignal) =>
    cloudFormation(connection).send(new DeleteChangeSetCommand({ ChangeSetName: id }), { abortSignal }),
  );
}

/** Names of the change sets that wait at a stack. */
export async function listChangeSets(
  connection: RegionalConnection,
  stackName: string,
  signal: AbortSignal,
): Promise<string[]> {
  const command = new ListChangeSetsCommand({ StackName: stackName });
  return await callAws(cloudFormationCall(connection, 'ListChangeSets'), signal, async (abortSignal) => {
    try {
      const { Summaries } = await cloudFormation(connection).send(command, { abortSignal });
      return (Summaries ?? []).flatMap(({ ChangeSetName }) => ChangeSetName ?? []);
    } catch (error) {
      if (isMissingStack(error)) return [];
      throw error;
    }
  });
}

/** CloudFormation's answers to a change at the wrong moment, or to a template that it does not take. */
export function refusal(error: unknown, stackName: string) {
  const { name, message } = factsOf(error);
  if (
    /^(InvalidChangeSetStatus|OperationInProgressException|ChangeSetNotFound)/.test(name) ||
    /_IN_PROGRESS state|is currently being|cannot be (executed|updated) in its current/i.test(message)
  ) {
    return unfinished(
      'concurrent_change',
      `somebody else has begun to change the stack ${stackName} in this moment`,
      ['run the command again: it watches what is going on and then does its own part'],
      error,
    );
  }
  if (name === 'AlreadyExistsException') {
    return unfinished('concurrent_change', `somebody else makes the stack ${stackName} in this moment`, [
      'run the command again in a minute',
    ]);
  }
  if (name === 'LimitExceededException') {
    return failed('limit_exceeded', `CloudFormation's limit is reached: ${message}`, [
      'remove stacks or change sets that nobody needs, or ask for a higher quota in Service Quotas',
    ]);
  }
  if (name !== 'ValidationError') return undefined;
  return failed('template_refused', `CloudFormation refuses the template: ${message}`, [
    'see what is wrong with it: mcp-s3 template --check',
  ]);
}

function changeOf({ ResourceChange: change }: Change): ResourceChange[] {
  if (change === undefined) return [];
  return [
    {
      action: (ACTIONS[change.Action ?? ''] ?? 'modify') as ResourceChange['action'],
      logicalId: change.LogicalResourceId ?? '',
      type: change.ResourceType ?? '',
      ...(change.PhysicalResourceId ? { physicalId: change.PhysicalResourceId } : {}),
      replacement:
        change.Replacement === 'True' ? 'yes' : change.Replacement === 'Conditional' ? 'maybe' : 'no',
      ...(change.PolicyAction === undefined ? {} : { policy: change.PolicyAction }),
      causes: (change.Details ?? []).map(({ Target, CausingEntity, ChangeSource }) => ({
        attribute: Target?.Attribute ?? '',
        ...(Target?.Name ? { property: Target.Name } : {}),
        ...(CausingEntity ? { entity: CausingEntity } : {}),
        ...(ChangeSource ? { source: ChangeSource } : {}),
      })),
    },
  ];
}

const ACTIONS: Record<string, ResourceChange['action']> = {
  Add: 'add',
  Modify: 'modify',
  Remove: 'remove',
  Import: 'import',
  Dynamic: 'dynamic',
  SyncWithActual: 'sync',
};
