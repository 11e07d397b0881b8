import { Worker } from 'node:worker_threads';
import type { SearchMessage, SearchReply } from './worker-messages.ts';

const WORKER = new URL('./search-worker.ts', import.meta.url);

/** Mebibytes of objects: a pattern that needs more ends the thread, not the process. */
const HEAP = 256;

/** The thread did not answer in time, or ran out of memory. It is gone. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';
}

/** A worker thread that answers one message at a time. An idle one does not keep the process alive. */
export class SearchThread {
  readonly #worker: Worker;
  #pending: { resolve: (reply: SearchReply) => void; reject: (error: Error) => void } | undefined;
  #isLost = false;

  constructor() {
    this.#worker = startWorker();
    this.#worker.on('message', (reply: SearchReply) => this.#settle()?.resolve(reply));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#isLost = true;
      const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#settle()?.reject(isFull ? new ThreadLost('out of memory', { cause: error }) : error);
    });
    this.#worker.on('exit', () => {
      this.#isLost = true;
      this.#settle()?.reject(new ThreadLost('the thread has ended'));
    });
    this.#worker.unref();
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  get isBusy(): boolean {
    return this.#pending !== undefined;
  }

  /**
   * Asks and waits for the answer, at most until `deadline` (as `performance.now()`): then the thread is ended,
   * whatever it is doing, and `ThreadLost` thrown.
   */
  async ask(message: SearchMessage, deadline: number, transfer: ArrayBuffer[] = []): Promise<SearchReply> {
    if (this.#isLost) throw new ThreadLost('the thread has ended');
    const answered = new Promise<SearchReply>((resolve, reject) => {
      this.#pending = { resolve, reject };
    });
    this.#worker.ref();
    const timer = setTimeout(() => void this.end(), Math.max(0, deadline - performance.now()));
    try {
      this.#worker.postMessage(message, transfer);
      return await answered;
    } finally {
      clearTimeout(timer);
      this.#worker.unref();
    }
  }

  /** Ends the thread at once. */
  async end(): Promise<void> {
    this.#isLost = true;
    this.#settle()?.reject(new ThreadLost('the thread was ended'));
    await this.#worker.terminate();
  }

  #settle() {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending;
  }
}

function startWorker(): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: HEAP };
  if (!WORKER.pathname.endsWith('.ts')) return new Worker(WORKER, { resourceLimits });
  // From source: the loader for TypeScript does not come along into worker threads.
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(WORKER.href)}); })`;
  return new Worker(source, { eval: true, resourceLimits });
}
