import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('SNS', 'sns');

export interface TopicSubscription {
  /** `email`, `sqs`, … */
  protocol: string;
  /** An address, or an ARN. */
  endpoint: string;
  /** Who is subscribed by mail must follow a link first. */
  confirmed: boolean;
}

/** Who is told what is published to a topic. */
export async function topicSubscriptions(
  connection: RegionalConnection,
  topic: string,
  signal: AbortSignal,
): Promise<TopicSubscription[]> {
  const client = clientOf(connection, SNSClient, 'SNS');
  const subscriptions: TopicSubscription[] = [];
  let NextToken: string | undefined;
  do {
    const page = await callAws(call(connection, 'ListSubscriptionsByTopic'), signal, (abortSignal) =>
      client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic, NextToken }), { abortSignal }),
    );
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? []) {
      // "PendingConfirmation", and "Deleted" of one that was given up.
      subscriptions.push({
        protocol: Protocol,
        endpoint: Endpoint,
        confirmed: SubscriptionArn.startsWith('arn:'),
      });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return subscriptions;
}
