import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('EventBridge', 'events');

/** Lets a rule meet no more events. One that is gone is fine. */
export async function disableRule(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const client = clientOf(connection, EventBridgeClient, 'EVENTBRIDGE');
  await callAws(call(connection, 'DisableRule'), signal, async (abortSignal) => {
    try {
      await client.send(new DisableRuleCommand({ Name: name }), { abortSignal });
    } catch (error) {
      if (factsOf(error).name !== 'ResourceNotFoundException') throw error;
    }
  });
}

export interface EventRule {
  enabled: boolean;
  /** ARNs of where it sends events. */
  targets: string[];
}

/** Whether a rule meets events; undefined where it is gone. */
export async function isRuleEnabled(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const client = clientOf(connection, EventBridgeClient, 'EVENTBRIDGE');
  const rule = await findAws(
    call(connection, 'DescribeRule'),
    signal,
    (error) => factsOf(error).name === 'ResourceNotFoundException',
    (abortSignal) => client.send(new DescribeRuleCommand({ Name: name }), { abortSignal }),
  );
  return rule && rule.State !== 'DISABLED';
}

/** A rule with its targets; undefined where it is gone. */
export async function eventRule(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<EventRule | undefined> {
  const client = clientOf(connection, EventBridgeClient, 'EVENTBRIDGE');
  const enabled = await isRuleEnabled(connection, name, signal);
  if (enabled === undefined) return undefined;
  const { Targets = [] } = await callAws(call(connection, 'ListTargetsByRule'), signal, (abortSignal) =>
    client.send(new ListTargetsByRuleCommand({ Rule: name }), { abortSignal }),
  );
  return { enabled, targets: Targets.map(({ Arn = '' }) => Arn) };
}

/** Lets a rule meet events again. */
export async function enableRule(
  connection: RegionalConnection,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const client = clientOf(connection, EventBridgeClient, 'EVENTBRIDGE');
  await callAws(call(connection, 'EnableRule'), signal, (abortSignal) =>
    client.send(new EnableRuleCommand({ Name: name }), { abortSignal }),
  );
}
