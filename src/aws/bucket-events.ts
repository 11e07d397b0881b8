import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { factsOf } from './aws-error.ts';
import { callAws } from './call.ts';
import type { RegionalConnection } from './connection.ts';
import { s3Call, s3Client } from './s3-client.ts';

/** Whether a bucket tells EventBridge of its new files; undefined where the bucket is gone. */
export async function tellsEventBridge(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket });
  return callAws(s3Call(connection, 'GetBucketNotification'), signal, async (abortSignal) => {
    try {
      const { EventBridgeConfiguration } = await s3Client(connection).send(command, { abortSignal });
      return EventBridgeConfiguration !== undefined;
    } catch (error) {
      if (factsOf(error).name === 'NoSuchBucket') return undefined;
      throw error;
    }
  });
}

/** Lets a bucket tell EventBridge, and leaves its other notifications as they are. */
export async function tellEventBridge(
  connection: RegionalConnection,
  bucket: string,
  signal: AbortSignal,
): Promise<void> {
  const client = s3Client(connection);
  const { $metadata: _, ...now } = await callAws(
    s3Call(connection, 'GetBucketNotification'),
    signal,
    (abortSignal) =>
      client.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }), { abortSignal }),
  );
  const NotificationConfiguration = { ...now, EventBridgeConfiguration: {} };
  await callAws(s3Call(connection, 'PutBucketNotification'), signal, (abortSignal) =>
    client.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }),
      {
        abortSignal,
      },
    ),
  );
}
