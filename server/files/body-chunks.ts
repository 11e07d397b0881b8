import type { Readable } from 'node:stream';
import { abortable } from '../abortable.ts';

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
  const iterator: AsyncIterator<Uint8Array | string> = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await abortable(iterator.next(), signal);
      if (next.done) return;
      yield typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
    }
  } finally {
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
