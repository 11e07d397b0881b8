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

/** A stack's newest event; undefined where there is none. */
export async function newestEvent(
  connection: RegionalConnection,
  stack: string,
  signal: AbortSignal,
): Promise<NewestEvent | undefined> {
  const { StackEvents } = await callAws(
    cloudFormationCall(connection, 'DescribeStackEvents'),
    signal,
    (abortSignal) =>
      cloudFormation(connection).send(new DescribeStackEventsCommand({ StackName: stack }), { abortSignal }),
  );
  const [event] = StackEvents ?? [];
  return event && { id: event.EventId!, token: event.ClientRequestToken };
}

export interface NewestEvent {
  id: string;
  /** What marks the operation that it belongs to; undefined where whoever began it gave nothing. */
  token: string | undefined;
}

/**
 * What CloudFormation found wrong before it touched a resource: its early validation names resource and reason only
 * here, neither in the status of the change set nor in the events of the stack.
 * @param of the change set, or the stack, of which the newest operation counts
 */
export async function validationFindings(
  connection: RegionalConnection,
  of: { changeSet: string } | { stack: string },
  signal: AbortSignal,
): Promise<Finding[]> {
  const command = new DescribeEventsCommand({
    ...('stack' in of ? { StackName: of.stack } : { ChangeSetName: of.changeSet }),
    Filters: { FailedEvents: true },
  });
  const { OperationEvents } = await callAws(
    cloudFormationCall(connection, 'DescribeEvents'),
    signal,
    (abortSignal) => cloudFormation(connection).send(command, { abortSignal }),
  );
  const [newest] = OperationEvents ?? [];
  return (OperationEvents ?? []).flatMap((event) => {
    const { OperationId, LogicalResourceId = '', ResourceType = '', ValidationPath } = event;
    const reason = event.ValidationStatusReason ?? event.HookStatusReason;
    if (reason === undefined || OperationId !== newest?.OperationId) return [];
    const path = ValidationPath === undefined || ValidationPath.endsWith(`/${LogicalResourceId}`);
    return [
      {
        logicalId: LogicalResourceId,
        type: ResourceType,
        reason: path ? reason : `${reason} (${ValidationPath})`,
      },
    ];
  });
}

/** Something that CloudFormation refuses before it begins. */
export interface Finding {
  logicalId: string;
  type: string;
  reason: string;
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
