import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

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
  const found = await callAws(call(connection, 'GetFunctionConfiguration'), signal, async (abortSignal) => {
    try {
      return await client(connection).send(new GetFunctionConfigurationCommand({ FunctionName: name }), {
        abortSignal,
      });
    } catch (error) {
      if (factsOf(error).name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  });
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

function call({ profile, region }: RegionalConnection, operation: string) {
  return { service: 'Lambda', action: `lambda:${operation}`, profile, region };
}
