import type { RegionalConnection } from '../../aws/connection.ts';
import { logEvents } from '../../aws/logs.ts';
import { sleep } from '../../sleep.ts';
import type { SummarizedAhead } from '../target.ts';
import { type DeployedStack, outputOf } from './deployed-stack.ts';

/** Event, queue, a cold start, a model that takes its time: usually under half a minute. */
const LIMIT_MS = 4 * 60_000;
const EVERY_MS = 2000;
/** The function's clock is not this machine's. */
const SKEW_MS = 5 * 60_000;

/**
 * Waits until the function for new files has said what became of a file, in its log.
 * @param key one that no other upload has
 * @param limitMs milliseconds to wait
 */
export async function summarizedAhead(
  stack: DeployedStack,
  connection: RegionalConnection,
  key: string,
  signal: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<SummarizedAhead> {
  if (stack.parameters.Presummarize === 'off') return { kind: 'off' };
  const begun = Date.now();
  const query = {
    group: `/aws/lambda/${outputOf(stack, 'UploadFunctionName')}`,
    since: begun - SKEW_MS,
    pattern: JSON.stringify(key.slice(key.lastIndexOf('/') + 1)),
  };
  let last: string | undefined;
  for (;;) {
    for await (const page of logEvents(connection, query, signal)) {
      for (const { message } of page) {
        const said = parse(message);
        if (said?.file_key !== key) continue;
        const why = said.why ?? '';
        if (said.msg === 'summarized') return { kind: 'done', seconds: (said.duration_ms ?? 0) / 1000 };
        if (said.msg === 'not summarized') return { kind: 'refused', why };
        if (said.msg?.startsWith('not summarized')) return { kind: 'limit', why };
        last = `${said.msg}: ${why}`;
      }
    }
    if (Date.now() - begun > limitMs) return { kind: 'unheard', seconds: limitMs / 1000, last };
    await sleep(EVERY_MS, signal);
  }
}

interface Said {
  msg?: string;
  file_key?: string;
  why?: string;
  duration_ms?: number;
}

/** A line of the function; Lambda puts words of its own before the JSON. */
function parse(message: string): Said | undefined {
  try {
    return JSON.parse(message.slice(message.indexOf('{')));
  } catch {
    return undefined;
  }
}
