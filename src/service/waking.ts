import { type CliError, unfinished } from '../errors.ts';
import { sleep } from '../sleep.ts';

/**
 * Why nothing serves a request. `asleep`: no task is up, and the load balancer says so by itself, in HTML.
 * `replaced`: a task is about to stop, or just has.
 */
export type NotServing = 'asleep' | 'replaced';

/** What is known of a service that may sleep, for whoever asks it something. */
export interface Waking {
  /** Wakes it, where that can be done from here. Elsewhere the request itself has: an alarm heard it. */
  wake?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Told once for each request that has to wait. */
  onWaking(why: NotServing): void;
  /** Milliseconds to wait for one that sleeps. Default {@link WAKING_LIMIT_MS}. */
  limitMs?: number;
}

/** Milliseconds from the first try on. A service that sleeps needs up to two minutes to have a task up. */
export const WAKING_LIMIT_MS = 3 * 60_000;

/** Milliseconds for one task to take another's place: there the service is not asleep, and may be broken. */
export const REPLACED_LIMIT_MS = 20_000;

const FIRST_MS = 1000;
const LONGEST_MS = 5000;

/**
 * Whether nothing serves yet, by the answer alone: an endpoint says no more about itself. A load balancer answers in
 * HTML, a task in JSON. Anything else is an answer of another kind of server, and no reason to wait.
 */
export function notServing(status: number, contentType: unknown): NotServing | undefined {
  const type = String(contentType ?? '');
  if (status === 503 && type.startsWith('text/html')) return 'asleep';
  if (status === 502 && type.startsWith('text/html')) return 'replaced';
  return status === 503 && type.startsWith('application/json') ? 'replaced' : undefined;
}

/** A way to wake that many requests share: one waking, one note, until the next sleep could have come. */
export function sharedWaking({ wake, onWaking }: Waking, now = () => performance.now()): Waking {
  let told: { at: number } | undefined;
  let woken: { at: number; done: Promise<void> } | undefined;
  const recent = (last: { at: number } | undefined) =>
    last !== undefined && now() - last.at < WAKING_LIMIT_MS;
  return {
    onWaking(why) {
      if (!recent(told)) onWaking(why);
      told = { at: now() };
    },
    ...(wake !== undefined && {
      wake(signal: AbortSignal) {
        if (woken === undefined || !recent(woken)) woken = { at: now(), done: wake(signal) };
        return woken.done;
      },
    }),
  };
}

/** Waits between the tries of one request. */
export class WakingWait {
  private readonly waking: Waking;
  private begun: number | undefined;
  private why: NotServing | undefined;
  private since = 0;
  private woken = false;
  private pause = FIRST_MS;

  constructor(waking: Waking) {
    this.waking = waking;
  }

  /**
   * Waits, where the answer says that nothing serves yet.
   * @returns whether to try again; false where the answer stands as it is
   * @throws unfinished (exit 5) when a sleeping service was waited for long enough
   */
  async again(status: number, contentType: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    const why = notServing(status, contentType);
    if (why === undefined) return false;
    const { limitMs = WAKING_LIMIT_MS } = this.waking;
    const now = performance.now();
    if (why !== this.why) this.since = now;
    this.why = why;
    if (this.begun === undefined) {
      this.begun = now;
      this.waking.onWaking(why);
    } else if (now - this.begun > limitMs) throw stillAsleep(limitMs);
    if (why === 'replaced' && now - this.since > REPLACED_LIMIT_MS) return false;
    if (why === 'asleep' && !this.woken) {
      this.woken = true;
      await this.waking.wake?.(signal ?? new AbortController().signal);
    }
    await sleep(this.pause, signal);
    this.pause = Math.min(LONGEST_MS, this.pause * 1.5);
    return true;
  }
}

function stillAsleep(limitMs: number): CliError {
  return unfinished('asleep', `the service did not wake within ${Math.round(limitMs / 60_000)} minutes`, [
    'try again in a moment',
    "find what keeps it, with credentials of the service's account: mcp-s3 doctor",
  ]);
}
