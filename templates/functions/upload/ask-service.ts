import { API_KEY_HEADER } from '../../../server/names.ts';
import { setting } from '../settings/setting.ts';
import { errorFields } from '../telemetry/log.ts';
import { lastEvent } from './last-event.ts';
import { type Outcome, outcomeOfError, outcomeOfStatus } from './outcome.ts';

/**
 * Asks the service once for a summary, as a stream: API Gateway ends a buffered answer at 29 s. Never throws.
 * @param signal ends the try when the function's time does
 */
export async function askService(key: string, apiKey: string, signal: AbortSignal): Promise<Outcome> {
  try {
    const response = await fetch(`${setting('ENDPOINT')}/summarize`, {
      method: 'POST',
      headers: {
        [API_KEY_HEADER]: apiKey,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ file_key: key }),
      signal,
    });
    if (!response.ok || response.body === null) {
      return outcomeOfStatus(response.status, await response.text(), response.headers.get('retry-after'));
    }
    const last = await lastEvent(response.body);
    if (last?.event === 'done') {
      const { cached, model, coverage } = last.data;
      return { kind: 'done', fields: { cached, model, coverage } };
    }
    if (last?.event === 'error') return outcomeOfError(last.data);
    return { kind: 'failed', why: 'the answer broke off' };
  } catch (error) {
    const why = signal.aborted
      ? 'no answer within the time of this function'
      : errorFields(error).err.message;
    return { kind: 'failed', why };
  }
}
