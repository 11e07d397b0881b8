import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('SQS', 'sqs');

export interface Queue {
  arn: string;
  /** Messages that wait, and that somebody has taken, about. */
  waiting: number;
  taken: number;
  /** The access policy as JSON; empty where there is none. */
  policy: string;
}

/** A queue; undefined where it is gone. */
export async function queue(
  connection: RegionalConnection,
  url: string,
  signal: AbortSignal,
): Promise<Queue | undefined> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
  const found = await findAws(
    call(connection, 'GetQueueAttributes'),
    signal,
    (error) => /QueueDoesNotExist|NonExistentQueue/.test(factsOf(error).name),
    (abortSignal) => client(connection).send(command, { abortSignal }),
  );
  if (found === undefined) return undefined;
  const { Attributes = {} } = found;
  return {
    arn: Attributes.QueueArn ?? '',
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    taken: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    policy: Attributes.Policy ?? '',
  };
}

/** Sends what a dead-letter queue holds back to where it came from. */
export async function redrive(
  connection: RegionalConnection,
  deadLetterArn: string,
  signal: AbortSignal,
): Promise<void> {
  const command = new StartMessageMoveTaskCommand({ SourceArn: deadLetterArn });
  await callAws(call(connection, 'StartMessageMoveTask'), signal, (abortSignal) =>
    client(connection).send(command, { abortSignal }),
  );
}

function client(connection: RegionalConnection): SQSClient {
  return clientOf(connection, SQSClient, 'SQS');
}
