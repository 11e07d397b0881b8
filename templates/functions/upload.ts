import { errorFields, log } from './telemetry/log.ts';
import { apiKey } from './upload/api-key.ts';
import { giveBack } from './upload/give-back.ts';
import type { Outcome } from './upload/outcome.ts';
import type { BatchAnswer, SqsEvent, SqsMessage } from './upload/sqs.ts';
import { summarize } from './upload/summarize.ts';
import { uploadedKey } from './upload/uploaded-key.ts';
import { waitAwake } from './upload/wait-awake.ts';

/** Kept for giving messages back before Lambda ends the function (milliseconds). */
const RESERVE_MS = 10_000;

interface Context {
  getRemainingTimeInMillis(): number;
}

/** Has the new files of a batch summarized. Messages that need another try stay in the queue, each by itself. */
export async function handler(event: SqsEvent, context: Context): Promise<BatchAnswer> {
  const deadline = Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const byKey = new Map<string, SqsMessage[]>();
  for (const message of event.Records) {
    const uploaded = uploadedKey(message.body);
    if ('skipped' in uploaded)
      log('info', 'skipped', { why: uploaded.skipped, message_id: message.messageId });
    else byKey.set(uploaded.key, [...(byKey.get(uploaded.key) ?? []), message]);
  }
  if (byKey.size === 0) return { batchItemFailures: [] };
  await keyAtHand([...byKey.values()].flat());
  const awake = await waitAwake(deadline);
  const failures = await Promise.all(
    [...byKey].map(async ([key, messages]) => {
      const startedAt = Date.now();
      const outcome: Outcome = awake
        ? await summarize(key, deadline)
        : { kind: 'waking', why: 'the service did not wake in time' };
      return settle(key, messages, outcome, Date.now() - startedAt);
    }),
  );
  return { batchItemFailures: failures.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Without its key the function can do nothing. It then fails as a whole, so that its alarm rings. */
async function keyAtHand(messages: SqsMessage[]): Promise<void> {
  try {
    await apiKey();
  } catch (error) {
    log('error', 'the API key cannot be read', errorFields(error));
    await Promise.all(messages.map((message) => giveBack(message)));
    throw error;
  }
}

/** @returns the ids of messages that need another try */
async function settle(key: string, messages: SqsMessage[], outcome: Outcome, ms: number): Promise<string[]> {
  const fields = { file_key: key, duration_ms: ms };
  switch (outcome.kind) {
    case 'done':
      log('info', 'summarized', { ...fields, ...outcome.fields });
      return [];
    case 'refused':
      log('info', 'not summarized', { ...fields, why: outcome.why });
      return [];
    case 'limit':
      log('warn', "not summarized: the day's limit is used up", { ...fields, why: outcome.why });
      return [];
  }
  const atLeast = outcome.kind === 'failed' ? outcome.retryAfterSeconds : undefined;
  const seconds = await Promise.all(messages.map((message) => giveBack(message, atLeast)));
  log('warn', 'to be tried again', { ...fields, why: outcome.why, in_seconds: seconds[0] });
  return messages.map(({ messageId }) => messageId);
}
