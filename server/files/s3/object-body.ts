import { Readable } from 'node:stream';
import { isBrokenConnection, s3Error } from './errors.ts';

/** Times that a broken connection is taken up again in one body. */
const RESUMES = 3;

export interface ObjectBodyOptions {
  key: string;
  start: number;
  /** Last byte, inclusive. */
  end: number;
  first: Readable;
  /** Asks for the rest of the same version. */
  resume: (start: number) => Promise<Readable>;
  signal?: AbortSignal | undefined;
}

/**
 * The body of an object. A connection that breaks off is taken up where it stood, of the same version; what ends
 * early for good is an error, never a body that looks whole.
 */
export function objectBody(options: ObjectBodyOptions): Readable {
  const { signal } = options;
  let current = quiet(options.first);
  async function* chunks(): AsyncGenerator<Buffer> {
    let position = options.start;
    for (let resumes = 0; ; resumes++) {
      try {
        for await (const chunk of current) {
          position += chunk.length;
          yield chunk;
        }
        if (position > options.end) return;
        throw Object.assign(new Error('the body ended early'), { code: 'ECONNRESET' });
      } catch (error) {
        signal?.throwIfAborted();
        if (position > options.end) return;
        if (resumes === RESUMES || !isBrokenConnection(error)) {
          throw s3Error(error, { verb: 'read', key: options.key });
        }
        current.destroy();
        current = quiet(await options.resume(position));
      }
    }
  }
  const body = Readable.from(chunks(), {
    objectMode: false,
    highWaterMark: 256 * 1024,
    ...(signal && { signal }),
  });
  // The generator itself may be waiting for a chunk that never comes.
  body.once('close', () => current.destroy());
  return body;
}

/** A connection may break off while nobody reads: that must not be an uncaught error. The next read meets it. */
function quiet(body: Readable): Readable {
  return body.on('error', () => {});
}
