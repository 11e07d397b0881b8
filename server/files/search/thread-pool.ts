import { availableParallelism } from 'node:os';
import { SearchThread } from './search-thread.ts';

/** Searches at once: more would only share the same processors, and each has its memory. */
const MOST_THREADS = Math.min(4, Math.max(2, availableParallelism()));

/** Threads are kept between searches: starting one takes longer than most searches. */
class ThreadPool {
  readonly #idle: SearchThread[] = [];
  readonly #waiting: ((thread: SearchThread) => void)[] = [];
  #count = 0;

  /** Waits its turn. Rejects with the signal's reason. */
  async acquire(signal: AbortSignal | undefined): Promise<SearchThread> {
    signal?.throwIfAborted();
    for (let thread = this.#idle.pop(); thread; thread = this.#idle.pop()) {
      if (!thread.isLost) return thread;
      this.#count--;
    }
    if (this.#count < MOST_THREADS) {
      this.#count++;
      return new SearchThread();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal!.reason);
      };
      const enter = (thread: SearchThread) => {
        signal?.removeEventListener('abort', leave);
        resolve(thread);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(enter);
    });
  }

  release(thread: SearchThread): void {
    const next = this.#waiting.shift();
    if (next) next(thread.isLost ? new SearchThread() : thread);
    else if (thread.isLost) this.#count--;
    else this.#idle.push(thread);
  }
}

export const searchThreads = new ThreadPool();
