import { Agent } from 'undici';
import type { FileStore } from '../../server/app.ts';
import { ACTIONS, type Working, type Written } from './actions.ts';
import { Breach } from './ask.ts';
import { Chance } from './chance.ts';
import type { SoakFile } from './files.ts';
import type { Tally } from './tally.ts';
import { vanish } from './vanish.ts';

const CLIENTS = 50;
/** Milliseconds between two requests of a client, at most. */
const MOST_PAUSE = 250;
/** Milliseconds in which an answer must begin: three of the server's deadlines. */
const NO_ANSWER = 60_000;
const VANISHING = 0.1;

/** Fifty clients at work until `end` (milliseconds of `performance.now`). @returns what they wrote */
export async function work(
  url: string,
  files: readonly SoakFile[],
  bucket: FileStore,
  tally: Tally,
  seed: number,
  end: number,
): Promise<Written[]> {
  return Promise.all(
    Array.from({ length: CLIENTS }, async (_, i) => {
      const dispatcher = new Agent({ headersTimeout: NO_ANSWER, bodyTimeout: NO_ANSWER });
      const written: Written = { folder: `written/${i}`, next: 0, allowed: new Map() };
      const working = { url, dispatcher, chance: new Chance(seed + i), files, written, bucket };
      while (performance.now() < end) {
        await one(working, tally);
        await new Promise((resolve) => setTimeout(resolve, working.chance.whole(0, MOST_PAUSE)));
      }
      await dispatcher.destroy();
      return written;
    }),
  );
}

async function one(working: Working, tally: Tally): Promise<void> {
  if (working.chance.next() < VANISHING) {
    await vanish(working);
    tally.count('vanished');
    return;
  }
  const [name, act] = working.chance.weighted(
    ACTIONS.map(([weight, name, act]) => [weight, [name, act] as const] as const),
  );
  try {
    tally.count(`${name}: ${await act(working)}`);
  } catch (error) {
    tally.count(`${name}: broken`);
    const why = error instanceof Breach ? error.message : `no answer: ${error}`;
    tally.breach(`${name}: ${why}`);
  }
}
