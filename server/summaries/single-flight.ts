/** Callers of one piece of work. Each hears everything; the last one to leave ends it. */
export interface Listener<E> {
  onEvent?: (event: E) => void;
  signal?: AbortSignal;
}

type Work<T, E> = (emit: (event: E) => void, signal: AbortSignal) => Promise<T>;

interface Flight<T, E> {
  result: Promise<T>;
  abort: AbortController;
  listeners: Set<(event: E) => void>;
  /** Everything said so far, told again to those who come later. */
  said: E[];
  waiting: number;
}

/**
 * Identical requests at one time share one piece of work. One caller's abort ends only its own wait; when the
 * last has gone, the work itself is aborted and the next caller starts afresh.
 */
export class SingleFlight<T, E> {
  readonly #flights = new Map<string, Flight<T, E>>();

  async run(id: string, listener: Listener<E>, work: Work<T, E>): Promise<T> {
    listener.signal?.throwIfAborted();
    const flight = this.#flights.get(id) ?? this.#start(id, work);
    const hear = (event: E): void => listener.onEvent?.(event);
    for (const event of flight.said) hear(event);
    flight.listeners.add(hear);
    flight.waiting++;
    try {
      return await untilAborted(flight.result, listener.signal);
    } finally {
      flight.listeners.delete(hear);
      flight.waiting--;
      if (flight.waiting === 0 && this.#flights.get(id) === flight) {
        this.#flights.delete(id);
        flight.abort.abort(listener.signal?.reason);
      }
    }
  }

  #start(id: string, work: Work<T, E>): Flight<T, E> {
    const abort = new AbortController();
    const listeners = new Set<(event: E) => void>();
    const said: E[] = [];
    const emit = (event: E): void => {
      said.push(event);
      for (const hear of listeners) hear(event);
    };
    const result = work(emit, abort.signal).finally(() => {
      if (this.#flights.get(id) === flight) this.#flights.delete(id);
    });
    // Its callers may all have gone by the time it fails.
    result.catch(() => undefined);
    const flight: Flight<T, E> = { result, abort, listeners, said, waiting: 0 };
    this.#flights.set(id, flight);
    return flight;
  }
}

/** Settles as the work does, or rejects with the signal's reason as soon as that is aborted. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
