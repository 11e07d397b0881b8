import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileBody } from '../files/store.ts';

/**
 * Streams a body as the rest of the answer. Each chunk is given back once it has left the process, where the store
 * takes it: else a file of 100 MB is as much garbage, faster than it is collected.
 *
 * Rejects, and cuts the answer, when the body fails or the client leaves.
 */
export async function sendBody(
  { body, recycle }: Pick<FileBody, 'body' | 'recycle'>,
  response: ServerResponse,
): Promise<void> {
  if (recycle === undefined) return pipeline(body, response);
  const sink = new Writable({
    highWaterMark: 1,
    // Node calls back when the kernel has the chunk, and not at all, or with an error, when it never gets there.
    write: (chunk: Buffer, _encoding, done) => {
      if (response.destroyed) return done(new Error('closed'));
      response.write(chunk, (error) => {
        if (!error) recycle(chunk);
        done(error);
      });
    },
    final: (done) => {
      response.end(() => done());
    },
    destroy: (error, done) => {
      if (error) response.destroy();
      done(error);
    },
  });
  const closed = (): void => void sink.destroy(response.writableFinished ? undefined : new Error('closed'));
  const failed = (error: Error): void => void sink.destroy(error);
  response.once('close', closed).once('error', failed);
  try {
    await pipeline(body, sink);
  } finally {
    response.off('close', closed).off('error', failed);
  }
}
