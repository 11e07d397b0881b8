import { availableParallelism } from 'node:os';
import { SearchThread } from './search-thread.ts';

/** Searches at once: more would only share the same processors, and each has its memory. */
const MOST_THREADS = Math.min(4, Math.max(2, availableParallelism()));

/** Milliseconds until a thread that has nothing to do is ended: it holds tens of megabytes. */
const IDLE = 20_000;

interface IdleThread {
  thread: SearchThread;
  end: NodeJS.Timeout;
}

/** Threads are kept between searches, for a while: starting one takes longer than most searches. */
class ThreadPool {
  readonly #idle: IdleThread[] = [];
  readonly #waiting: ((thread: SearchThread) => void)[] = [];
  #count = 0;

  /** Waits its turn. Rejects with the signal's reason. */
  async acquire(signal: AbortSignal | undefined): Promise<SearchThread> {
    signal?.throwIfAborted();
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      clearTimeout(idle.end);
      if (!idle.thread.isLost) return idle.thread;
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
    else this.#idle.push({ thread, end: setTimeout(() => void thread.end(), IDLE).unref() });
  }
}

export const searchThreads = new ThreadPool();
