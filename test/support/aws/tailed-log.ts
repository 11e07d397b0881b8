import { EventEmitter } from 'node:events';
import type { LogEvent } from '../../../src/aws/logs.ts';
import type { LiveTailUpdate } from '../../../src/aws/logs-live-tail.ts';
import { credentialsError } from '../../../src/errors.ts';
import type { LogSource } from '../../../src/targets/aws/log-follow.ts';

interface Stored extends LogEvent {
  /** Number of the look from which on a query finds it. */
  visibleAt: number;
}

/**
 * A log group for the follower's tests: queries find an event only some looks after it was written, as ingestion
 * takes its time, and the live tail brings events without their ids, all or only some of them.
 */
export class TailedLog implements LogSource {
  readonly start = 1_764_000_000_000;
  /** The follower's clock. Goes on by a second with each event. */
  now = this.start;
  pageSize = 1000;
  /** Whether there is a live tail. */
  tailing: boolean | 'denied' = false;
  /** The live tail leaves every third event out, and says so. */
  sampled = false;
  sessions = 0;
  private readonly stored: Stored[] = [];
  private looks = 0;
  private failure: { left: number; error: Error; afterPages: number } | undefined;
  private readonly news = new EventEmitter();

  /** @param late so many looks later a query finds it */
  write(message: string, { time = this.now + 1000, late = 0 }: { time?: number; late?: number } = {}) {
    this.now += 1000;
    const event = { id: `id-${this.stored.length}`, stream: 'task', time, message };
    this.stored.push({ ...event, visibleAt: this.looks + 1 + late });
    this.news.emit('event', event);
  }

  /** The next looks fail, after so many pages. */
  failNext(left: number, error: Error, { afterPages = 0 } = {}): void {
    this.failure = { left, error, afterPages };
  }

  endSessions(): void {
    this.news.emit('end');
  }

  async *events(since: number): AsyncGenerator<LogEvent[]> {
    const look = ++this.looks;
    const found = this.stored
      .filter(({ time, visibleAt }) => time >= since && visibleAt <= look)
      .sort((a, b) => a.time - b.time)
      .map(({ visibleAt: _, ...event }) => event);
    for (let page = 0; page === 0 || page * this.pageSize < found.length; page++) {
      if (this.failure !== undefined && this.failure.left > 0 && page >= this.failure.afterPages) {
        this.failure.left--;
        throw this.failure.error;
      }
      yield found.slice(page * this.pageSize, (page + 1) * this.pageSize);
    }
  }

  async *tail(signal: AbortSignal): AsyncGenerator<LiveTailUpdate> {
    this.sessions++;
    if (this.tailing === 'denied') throw credentialsError('may not', [], 'access_denied');
    if (!this.tailing) throw new Error('there is no live tail');
    const updates: (LiveTailUpdate | 'end')[] = [];
    let wake = () => {};
    let count = 0;
    const receive = ({ id: _, ...event }: LogEvent) => {
      const left = this.sampled && count++ % 3 === 0;
      updates.push({ events: left ? [] : [event], sampled: left });
      wake();
    };
    const end = () => {
      updates.push('end');
      wake();
    };
    const aborted = () => wake();
    this.news.on('event', receive).on('end', end);
    signal.addEventListener('abort', aborted);
    try {
      yield { events: [], sampled: false };
      while (!signal.aborted) {
        for (const update of updates.splice(0)) {
          if (update === 'end') return;
          yield update;
        }
        if (updates.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.news.off('event', receive).off('end', end);
      signal.removeEventListener('abort', aborted);
    }
  }
}
