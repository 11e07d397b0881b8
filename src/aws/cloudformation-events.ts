import {
  DescribeEventsCommand,
  DescribeStackEventsCommand,
  type StackEvent as SdkEvent,
} from '@aws-sdk/client-cloudformation';
import { callAws } from './call.ts';
import { cloudFormation, cloudFormationCall } from './cloudformation.ts';
import type { RegionalConnection } from './connection.ts';

/** Something that happened to a resource of a stack, or to the stack itself. */
export interface StackEvent {
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  logicalId: string;
  physicalId: string;
  type: string;
  /** Such as `CREATE_IN_PROGRESS`. */
  status: string;
  reason: string;
  /** Whether it is about the stack itself. */
  ofStack: boolean;
}

/**
 * Events newer than the given one, oldest first. Without one: all that happened since the last time the stack was
 * begun to be changed, which is what a command that comes later wants to see.
 * @param stack its ARN: a deleted stack is only found by it
 */
export async function eventsSince(
  connection: RegionalConnection,
  stack: string,
  last: string | undefined,
  signal: AbortSignal,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await callAws(cloudFormationCall(connection, 'DescribeStackEvents'), signal, (abortSignal) =>
      cloudFormation(connection).send(new DescribeStackEventsCommand({ StackName: stack, NextToken }), {
        abortSignal,
      }),
    );
    for (const raw of page.StackEvents ?? []) {
      const event = eventOf(raw);
      if (event.id === last) return events.reverse();
      events.push(event);
      if (last === undefined && beginsOperation(event)) return events.reverse();
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return events.reverse();
}

/** Id of a stack's newest event; undefined where there is none. */
export async function newestEvent(
  connection: RegionalConnection,
  stack: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { StackEvents } = await callAws(
    cloudFormationCall(connection, 'DescribeStackEvents'),
    signal,
    (abortSignal) =>
      cloudFormation(connection).send(new DescribeStackEventsCommand({ StackName: stack }), { abortSignal }),
  );
  return StackEvents?.[0]?.EventId;
}

/**
 * What CloudFormation found wrong before it began: its early validation names property and reason only here, not in
 * the change set's own status.
 */
export async function validationFindings(
  connection: RegionalConnection,
  changeSet: string,
  signal: AbortSignal,
): Promise<string[]> {
  const command = new DescribeEventsCommand({ ChangeSetName: changeSet, Filters: { FailedEvents: true } });
  const { OperationEvents } = await callAws(
    cloudFormationCall(connection, 'DescribeEvents'),
    signal,
    (abortSignal) => cloudFormation(connection).send(command, { abortSignal }),
  );
  return (OperationEvents ?? []).flatMap((event) => {
    const reason = event.ValidationStatusReason ?? event.ResourceStatusReason ?? event.HookStatusReason;
    if (!reason) return [];
    return `${event.LogicalResourceId ?? 'the stack'}: ${reason}${event.ValidationPath ? ` (${event.ValidationPath})` : ''}`;
  });
}

/** An operation begins with an event of the stack itself, of which a person or a program is the reason. */
function beginsOperation({ ofStack, status }: StackEvent): boolean {
  return ofStack && /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(status);
}

function eventOf(event: SdkEvent): StackEvent {
  return {
    id: event.EventId ?? '',
    time: event.Timestamp?.getTime() ?? 0,
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason ?? '',
    ofStack:
      event.ResourceType === 'AWS::CloudFormation::Stack' && event.PhysicalResourceId === event.StackId,
  };
}
