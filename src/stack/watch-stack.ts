import { describeStack, type Stack } from '../aws/cloudformation.ts';
import { eventsSince, type StackEvent } from '../aws/cloudformation-events.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { CliError, EXIT, unfinished } from '../errors.ts';
import { sleep } from '../sleep.ts';

export interface WatchOptions {
  /** The newest event before what is watched. Absent: from the begin of what goes on. */
  since?: string | undefined;
  signal: AbortSignal;
  /** Each event once, in order of time. */
  onEvent?: (event: StackEvent) => void;
  /** The connection is lost; it is tried again. */
  onLost?: (error: CliError) => void;
}

export interface Watched {
  /** As it stands at the end; `DELETE_COMPLETE` where it is gone. */
  stack: Stack;
  events: StackEvent[];
}

/** Quick at first, since small changes end within seconds; then as often as the API likes to be asked. */
const FIRST_MS = 500;
const LONGEST_MS = 5000;

/** A connection may be away this long: a laptop that slept, a tunnel that is dialled again. */
const LOST_MS = 10 * 60_000;

/**
 * Waits for the end of what is going on in a stack. Watching changes nothing: it can be ended and taken up again at
 * any time.
 * @param stackId ARN, by which a deleted stack is still found
 * @throws unfinished (exit 5) where the connection stays lost
 */
export async function watchStack(
  connection: RegionalConnection,
  stackId: string,
  options: WatchOptions,
): Promise<Watched> {
  const { signal, onEvent } = options;
  const events: StackEvent[] = [];
  let last = options.since;
  let pause = FIRST_MS;
  const look = patiently(options);
  for (;;) {
    // The state first: what ended it is then among the events.
    const stack = await look(() => describeStack(connection, stackId, signal));
    const news = stack === undefined ? [] : await look(() => eventsSince(connection, stackId, last, signal));
    for (const event of news) {
      events.push(event);
      onEvent?.(event);
    }
    last = news.at(-1)?.id ?? last;
    if (stack === undefined) return { stack: gone(stackId), events };
    if (!stack.status.endsWith('_IN_PROGRESS')) return { stack, events };
    pause = news.length > 0 ? FIRST_MS : Math.min(pause * 1.5, LONGEST_MS);
    await sleep(pause, signal);
  }
}

/** Asks again while the connection is away or AWS is busy: what is watched goes on meanwhile. */
function patiently({ signal, onLost }: WatchOptions) {
  let lostAt: number | undefined;
  let pause = FIRST_MS;
  return async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        const answer = await ask();
        lostAt = undefined;
        pause = FIRST_MS;
        return answer;
      } catch (error) {
        if (!(error instanceof CliError) || error.exitCode !== EXIT.unfinished) throw error;
        if (lostAt === undefined) onLost?.(error);
        lostAt ??= Date.now();
        if (Date.now() - lostAt > LOST_MS) {
          throw unfinished(
            'lost_connection',
            `${error.message}, for ten minutes now`,
            error.suggestions,
            error,
          );
        }
        await sleep(pause, signal);
        pause = Math.min(pause * 2, LONGEST_MS);
      }
    }
  };
}

function gone(id: string): Stack {
  return {
    id,
    name: '',
    status: 'DELETE_COMPLETE',
    outputs: {},
    parameters: {},
    tags: {},
    protected: false,
    createdAt: 0,
  };
}
