import { setTimeout as sleep } from 'node:timers/promises';
import { ACCESS_DENIED } from '../../aws/aws-error.ts';
import type { LogEvent } from '../../aws/logs.ts';
import type { LiveTailUpdate } from '../../aws/logs-live-tail.ts';
import { CliError, EXIT } from '../../errors.ts';

/** More events are not kept waiting: they are dropped, and a query finds them. */
const MOST = 20_000;

/** Before a session that ended is begun anew, in milliseconds. */
const AGAIN_MS = 1000;
const LATER_MS = 60_000;

/**
 * Runs the live tail in the background and keeps what it brings until it is fetched. It is never relied upon alone:
 * whenever something may be missing (a session begins, ends, or is sampled), it asks for a look by a query.
 */
export class TailInbox {
  /** A session runs. */
  live = false;
  private events: LogEvent[] = [];
  private lookWanted = false;
  private dropping = false;
  private wake: () => void = () => {};
  private readonly stopper = new AbortController();

  constructor(tail: (signal: AbortSignal) => AsyncIterable<LiveTailUpdate>, signal: AbortSignal) {
    void this.run(tail, AbortSignal.any([signal, this.stopper.signal]));
  }

  /** Whether a look is wanted; it is noted as taken. */
  takeWish(): boolean {
    const wanted = this.lookWanted;
    this.lookWanted = false;
    this.dropping = false;
    return wanted;
  }

  get wishes(): boolean {
    return this.lookWanted;
  }

  /** Waits for events, for a wish, or for the time to pass. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.events.length > 0 || this.lookWanted || signal.aborted) return;
    const over = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => (this.wake = resolve)),
      sleep(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {}),
    ]);
    over.abort();
  }

  take(): LogEvent[] {
    return this.events.splice(0);
  }

  stop(): void {
    this.stopper.abort();
  }

  private async run(
    tail: (signal: AbortSignal) => AsyncIterable<LiveTailUpdate>,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      let pause = AGAIN_MS;
      try {
        for await (const update of tail(signal)) this.receive(update);
      } catch (error) {
        if (!isTransient(error)) return;
        pause = this.live ? AGAIN_MS : LATER_MS;
      } finally {
        this.live = false;
      }
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }

  private receive({ events, sampled }: LiveTailUpdate): void {
    if (!this.live || sampled) this.wish();
    this.live = true;
    if (this.dropping || events.length === 0) return;
    if (this.events.length + events.length > MOST) {
      this.events = [];
      this.dropping = true;
      this.wish();
      return;
    }
    this.events.push(...events);
    this.wake();
  }

  private wish(): void {
    this.lookWanted = true;
    this.wake();
  }
}

/** Where the live tail is not allowed or not known, queries alone do. */
function isTransient(error: unknown): boolean {
  return error instanceof CliError && error.code !== ACCESS_DENIED && error.exitCode === EXIT.unfinished;
}
