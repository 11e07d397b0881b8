/** What Lambda hands over of the queue (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
export interface SqsEvent {
  Records: SqsMessage[];
}

export interface SqsMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: { ApproximateReceiveCount: string };
}

/** Messages named here stay in the queue, the others are deleted. */
export interface BatchAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}
