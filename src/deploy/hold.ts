import { sleep } from '../sleep.ts';
import type { KeeperRequest, KeeperState } from '../targets/aws/keeper.ts';

export type AskKeeper = (request: KeeperRequest, signal: AbortSignal) => Promise<Pick<KeeperState, 'state'>>;

/** Longer than any update, and short enough that a command that died does not keep the service up for long. */
const HOLD_MS = 60 * 60_000;
const WAKE_MS = 5 * 60_000;
const EVERY_MS = 5000;

export interface HoldOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told when it has to be waited for. */
  onWaking: () => void;
  signal: AbortSignal;
}

export interface Held {
  /** `ill`: it slept, and did not become healthy when it was woken. */
  was: 'awake' | 'asleep' | 'ill';
  release(signal: AbortSignal): Promise<void>;
}

/**
 * Keeps a service that may sleep awake through an update, and wakes it first: at zero tasks an update starts nothing,
 * and nobody would see that the new image is broken. One that does not come up is no obstacle: the update may be what
 * heals it.
 */
export async function hold(keeper: AskKeeper, { now, onWaking, signal }: HoldOptions): Promise<Held> {
  const begun = now();
  const release = async (abort: AbortSignal) => {
    await keeper({ action: 'release' }, abort);
  };
  const { state } = await keeper({ action: 'status' }, signal);
  await keeper({ action: 'hold', until: new Date(begun + HOLD_MS).toISOString() }, signal);
  if (state !== 'asleep') return { was: 'awake', release };
  onWaking();
  while (now() - begun < WAKE_MS) {
    if ((await keeper({ action: 'status' }, signal)).state === 'awake') return { was: 'asleep', release };
    await sleep(EVERY_MS, signal);
  }
  return { was: 'ill', release };
}
