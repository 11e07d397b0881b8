import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '../../aws/logs.ts';
import type { LiveTailUpdate } from '../../aws/logs-live-tail.ts';
import { CliError, EXIT } from '../../errors.ts';
import { SeenEvents } from './seen-events.ts';
import { TailInbox } from './tail-inbox.ts';

/** Where a follower's events come from. */
export interface LogSource {
  /** Everything from a time on (milliseconds since the epoch), in pages, by time. */
  events(since: number): AsyncIterable<LogEvent[]>;
  /** What comes in from now on, quickly. Events may be missing. */
  tail(signal: AbortSignal): AsyncIterable<LiveTailUpdate>;
}

export interface FollowOptions {
  signal: AbortSignal;
  onNote: (text: string) => void;
  now: () => number;
  times: FollowTimes;
}

/** All in milliseconds. */
export interface FollowTimes {
  /** Between two looks, without and with the live tail. */
  pollMs: number;
  livePollMs: number;
  /** Between two looks that go back far. */
  farEveryMs: number;
}

export const FOLLOW_TIMES: FollowTimes = { pollMs: 2000, livePollMs: 30_000, farEveryMs: 30_000 };

/** An event may come in so much later than it was written, in milliseconds; a task waits up to that to send its lines. */
const LATE_MS = 120_000;
/** Most come in within this; only every so many looks go farther back. */
const NEAR_MS = 10_000;

const LONGEST_PAUSE_MS = 30_000;

/**
 * Follows a log without loss and without repeats, until the signal is aborted. Queries that overlap are what it
 * relies on; the live tail only tells sooner. Throttling and lost connections are waited out.
 *
 * Yields new events in the order in which they are found; an empty list says that all there is has been told.
 * @throws what the first look failed with, and failures that waiting does not mend
 */
export async function* followEvents(
  source: LogSource,
  since: number,
  { signal, onNote, now, times }: FollowOptions,
): AsyncGenerator<LogEvent[]> {
  const seen = new SeenEvents();
  const tail = new TailInbox((ended) => source.tail(ended), signal);
  /** Time of the newest event that a look found: what the tail found is no proof that nothing before it is missing. */
  let newest = since;
  let farAt = Number.NEGATIVE_INFINITY;
  let looked = false;
  let failures = 0;
  try {
    while (!signal.aborted) {
      const far = tail.takeWish() || failures > 0 || performance.now() - farAt >= times.farEveryMs;
      if (far) farAt = performance.now();
      // A task whose clock is ahead must not move the look into the future.
      const base = Math.min(newest, now());
      const from = looked ? Math.max(since, base - (far ? LATE_MS : NEAR_MS)) : since;
      try {
        for await (const page of source.events(from)) {
          const fresh = seen.polled(page);
          for (const { time } of page) newest = Math.max(newest, time);
          looked = true;
          seen.forget(Math.min(newest, now()) - LATE_MS);
          if (fresh.length > 0) yield fresh;
        }
        if (failures > 0) onNote('CloudWatch Logs answers again: nothing was missed');
        failures = 0;
        yield [];
      } catch (error) {
        if (signal.aborted) return;
        if (!looked || !(error instanceof CliError) || error.exitCode !== EXIT.unfinished) throw error;
        if (failures++ === 0) onNote(`${error.message}; trying again until it answers`);
      }
      const pause = failures > 0 ? Math.min(LONGEST_PAUSE_MS, times.pollMs * 2 ** (failures - 1)) : undefined;
      if (pause !== undefined) await sleep(pause, undefined, { signal }).catch(() => {});
      else yield* tailed(tail, seen, signal, times);
    }
  } finally {
    tail.stop();
  }
}

/** What the live tail brings until the next look is due. One that is wished for still keeps a distance to the last. */
async function* tailed(
  tail: TailInbox,
  seen: SeenEvents,
  signal: AbortSignal,
  { pollMs, livePollMs }: FollowTimes,
): AsyncGenerator<LogEvent[]> {
  const begun = performance.now();
  while (!signal.aborted) {
    const due = tail.live && !tail.wishes ? livePollMs : pollMs;
    const left = due - (performance.now() - begun);
    if (left <= 0) return;
    if (tail.wishes) await sleep(left, undefined, { signal }).catch(() => {});
    else await tail.wait(Math.min(left, pollMs), signal);
    const fresh = seen.tailed(tail.take());
    if (fresh.length > 0) yield fresh;
    yield [];
  }
}
