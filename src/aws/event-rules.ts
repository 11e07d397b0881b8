import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

/** Lets a rule meet no more events. One that is gone is fine. */
export async function disableRule(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { profile, region } = connection;
  const call = { service: 'EventBridge', action: 'events:DisableRule', profile, region };
  const client = clientOf(connection, EventBridgeClient, 'EVENTBRIDGE');
  await callAws(call, signal, async (abortSignal) => {
    try {
      await client.send(new DisableRuleCommand({ Name: name }), { abortSignal });
    } catch (error) {
      if (factsOf(error).name !== 'ResourceNotFoundException') throw error;
    }
  });
}
