import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('Lambda', 'lambda');

export interface FunctionSetup {
  /** `Active`, `Pending`, `Inactive`, `Failed`. */
  state: string;
  reason: string;
  /** Queues that feed it. */
  sources: { id: string; source: string; state: string; lastResult: string }[];
}

/** A function with what feeds it; undefined where it is gone. */
export async function functionSetup(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<FunctionSetup | undefined> {
  const found = await findAws(
    call(connection, 'GetFunctionConfiguration'),
    signal,
    (error) => factsOf(error).name === 'ResourceNotFoundException',
    (abortSignal) =>
      client(connection).send(new GetFunctionConfigurationCommand({ FunctionName: name }), {
        abortSignal,
      }),
  );
  if (found === undefined) return undefined;
  const { EventSourceMappings = [] } = await callAws(
    call(connection, 'ListEventSourceMappings'),
    signal,
    (abortSignal) =>
      client(connection).send(new ListEventSourceMappingsCommand({ FunctionName: name }), { abortSignal }),
  );
  return {
    state: found.State ?? 'Active',
    reason: found.StateReason ?? '',
    sources: EventSourceMappings.map((mapping) => ({
      id: mapping.UUID ?? '',
      source: mapping.EventSourceArn ?? '',
      state: mapping.State ?? '',
      lastResult: mapping.LastProcessingResult ?? '',
    })),
  };
}

/** Lets a queue feed its function again. */
export async function enableSource(
  connection: RegionalConnection,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const command = new UpdateEventSourceMappingCommand({ UUID: id, Enabled: true });
  await callAws(call(connection, 'UpdateEventSourceMapping'), signal, (abortSignal) =>
    client(connection).send(command, { abortSignal }),
  );
}

function client(connection: RegionalConnection): LambdaClient {
  return clientOf(connection, LambdaClient, 'LAMBDA');
}
