import { APIGatewayClient, GetAccountCommand, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { sleep } from '../sleep.ts';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('API Gateway', 'apigateway');

/** ARN of the role by which API Gateway writes logs in this region, for all APIs of the account; undefined: unset. */
export async function accountRole(
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { cloudwatchRoleArn } = await callAws(call(connection, 'GET'), signal, (abortSignal) =>
    client(connection).send(new GetAccountCommand({}), { abortSignal }),
  );
  return cloudwatchRoleArn || undefined;
}

/** A new role is not known everywhere at once: milliseconds until it is given up. */
const PATIENCE_MS = 90_000;

/** Sets that role. API Gateway tries it out and refuses one that it cannot use yet, so a new one is tried again. */
export async function setAccountRole(
  connection: RegionalConnection,
  role: string,
  signal: AbortSignal,
): Promise<void> {
  const command = new UpdateAccountCommand({
    patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value: role }],
  });
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const done = await callAws(call(connection, 'PATCH'), signal, async (abortSignal) => {
      try {
        await client(connection).send(command, { abortSignal });
        return true;
      } catch (error) {
        const { name, message } = factsOf(error);
        if (name !== 'BadRequestException' || !/role/i.test(message) || Date.now() > end) throw error;
        return false;
      }
    });
    if (done) return;
    await sleep(3000, signal);
  }
}

function client(connection: RegionalConnection): APIGatewayClient {
  return clientOf(connection, APIGatewayClient, 'API_GATEWAY');
}

/** API Gateway's actions are HTTP methods on paths. */
