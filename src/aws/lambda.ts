import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { failed } from '../errors.ts';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('Lambda', 'lambda');

/**
 * Calls a function and waits for its answer.
 * @throws failed (exit 1) where the function itself fails, with its own words
 */
export async function invokeFunction(
  connection: RegionalConnection,
  name: string,
  payload: object,
  signal: AbortSignal,
): Promise<unknown> {
  const { region } = connection;
  const client = clientOf(connection, LambdaClient, 'LAMBDA');
  const { FunctionError, Payload } = await callAws(
    call(connection, 'InvokeFunction'),
    signal,
    (abortSignal) =>
      client.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }), {
        abortSignal,
      }),
  );
  const answer =
    Payload === undefined || Payload.length === 0 ? undefined : JSON.parse(Payload.transformToString());
  if (FunctionError === undefined) return answer;
  throw failed('function_failed', `the function ${name} failed: ${answer?.errorMessage ?? FunctionError}`, [
    `its log: aws logs tail /aws/lambda/${name} --region ${region}`,
  ]);
}
