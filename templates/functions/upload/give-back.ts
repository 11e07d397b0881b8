import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { setting } from '../settings/setting.ts';
import { errorFields, log } from '../telemetry/log.ts';
import type { SqsMessage } from './sqs.ts';

const sqs = new SQSClient({});

const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 900;

/**
 * Lets the queue hand a message out again after a while that grows with each try. Without this it would only come
 * back when the visibility timeout ends, which is six times the function's own. Never throws: it then comes late.
 * @param atLeast seconds
 * @returns seconds until the next try; undefined when the queue did not take it
 */
export async function giveBack(message: SqsMessage, atLeast = 0): Promise<number | undefined> {
  const tries = Math.max(1, Number(message.attributes.ApproximateReceiveCount) || 1);
  const growing = FIRST_SECONDS * 2 ** (tries - 1);
  const seconds = Math.min(LONGEST_SECONDS, Math.max(growing, Math.ceil(atLeast)));
  try {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: setting('QUEUE_URL'),
        ReceiptHandle: message.receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
    return seconds;
  } catch (error) {
    log('warn', 'the next try comes late: the queue keeps the message hidden', errorFields(error));
    return undefined;
  }
}
