import {
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  GetTemplateCommand,
  RollbackStackCommand,
} from '@aws-sdk/client-cloudformation';
import { callAws } from './call.ts';
import { cloudFormation, cloudFormationCall } from './cloudformation.ts';
import { refusal } from './cloudformation-changes.ts';
import type { RegionalConnection } from './connection.ts';

/** A stack by name or ARN, with a token that marks the events of what is begun. */
export interface StackOperation {
  stack: string;
  token: string;
}

/**
 * Begins to delete a stack.
 * @param retain logical ids of resources that are left where they are; only for a stack in `DELETE_FAILED`
 */
export async function deleteStack(
  connection: RegionalConnection,
  { stack, token, retain = [] }: StackOperation & { retain?: string[] },
  signal: AbortSignal,
): Promise<void> {
  const command = new DeleteStackCommand({
    StackName: stack,
    ClientRequestToken: token,
    ...(retain.length > 0 ? { RetainResources: retain } : {}),
  });
  await begin(connection, 'DeleteStack', stack, signal, (options) =>
    cloudFormation(connection).send(command, options),
  );
}

/** Takes up a rollback that got stuck (`UPDATE_ROLLBACK_FAILED`). */
export async function continueRollback(
  connection: RegionalConnection,
  { stack, token }: StackOperation,
  signal: AbortSignal,
): Promise<void> {
  const command = new ContinueUpdateRollbackCommand({ StackName: stack, ClientRequestToken: token });
  await begin(connection, 'ContinueUpdateRollback', stack, signal, (options) =>
    cloudFormation(connection).send(command, options),
  );
}

/** Takes a failed update back that was told to stay as it is (`UPDATE_FAILED`). */
export async function rollBack(
  connection: RegionalConnection,
  { stack, token }: StackOperation,
  signal: AbortSignal,
): Promise<void> {
  const command = new RollbackStackCommand({ StackName: stack, ClientRequestToken: token });
  await begin(connection, 'RollbackStack', stack, signal, (options) =>
    cloudFormation(connection).send(command, options),
  );
}

/** The template that a stack was made from, as it was handed in. */
export async function deployedTemplate(
  connection: RegionalConnection,
  stack: string,
  signal: AbortSignal,
): Promise<string> {
  const command = new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' });
  const { TemplateBody } = await callAws(
    cloudFormationCall(connection, 'GetTemplate'),
    signal,
    (abortSignal) => cloudFormation(connection).send(command, { abortSignal }),
  );
  return TemplateBody ?? '';
}

async function begin(
  connection: RegionalConnection,
  operation: string,
  stack: string,
  signal: AbortSignal,
  send: (options: { abortSignal: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  await callAws(cloudFormationCall(connection, operation), signal, async (abortSignal) => {
    try {
      await send({ abortSignal });
    } catch (error) {
      throw refusal(error, stack) ?? error;
    }
  });
}
