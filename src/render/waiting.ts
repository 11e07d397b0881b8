import type { Io } from '../io.ts';
import { withProgress } from './progress.ts';

/** What is being waited for, one thing after the other, on a terminal; nothing elsewhere. */
export interface Waiting {
  next(title: string): Promise<void>;
  /** Takes the display away, for text that comes now. */
  stop(): Promise<void>;
}

export function waiting(io: Io): Waiting {
  let order = Promise.resolve();
  let end = async () => {};
  const then = (work: () => Promise<void>) => {
    order = order.then(work);
    return order;
  };
  return {
    next: (title) =>
      then(async () => {
        await end();
        end = begin(io, title);
      }),
    stop: () => then(() => end()),
  };
}

function begin(io: Io, title: string): () => Promise<void> {
  let release = () => {};
  const ended = new Promise<void>((resolve) => {
    release = resolve;
  });
  const shown = withProgress(io, title, () => ended);
  return async () => {
    release();
    await shown;
  };
}
