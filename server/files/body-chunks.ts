import type { Readable } from 'node:stream';

/**
 * The chunks of a body. An abort ends the iteration at once with the signal's reason, also while it waits for a
 * chunk that never comes: a stream over a stuck generator does not even close when it is destroyed.
 */
export async function* bodyChunks(
  body: Readable | Uint8Array,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (body instanceof Uint8Array) {
    for (let at = 0; at < body.length; at += SLICE_BYTES) yield body.subarray(at, at + SLICE_BYTES);
    return;
  }
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason);
  });
  aborted.catch(() => {}); // Seen by the race, if one is under way.
  signal?.addEventListener('abort', abort, { once: true });
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await (signal ? Promise.race([iterator.next(), aborted]) : iterator.next());
      if (next.done) return;
      yield typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    body.on('error', () => {}); // Whoever reads here has the reason already.
    body.destroy();
  }
}

const SLICE_BYTES = 1024 * 1024;

/** Runs a put; one that fails closes its source, also if it never came to read it. */
export async function closingBody<T>(body: Readable | Uint8Array, put: () => Promise<T>): Promise<T> {
  try {
    return await put();
  } catch (error) {
    if (!(body instanceof Uint8Array)) {
      body.on('error', () => {});
      body.destroy();
    }
    throw error;
  }
}
