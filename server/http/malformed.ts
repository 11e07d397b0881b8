import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** What Node's parser and its timers refuse with another status than 400 (Node, "Event: 'clientError'"). */
const STATUS: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Answers what is no HTTP request. Node itself answers and closes at once: with bytes of the client still unread that
 * is a reset, which takes the answer with it. So only our half is closed, and the rest is read and dropped for a while
 * (RFC 9112, section 9.6).
 *
 * @param linger milliseconds after which the connection is closed, whatever the client does
 */
export function refuseMalformed(linger: number): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  const refused = new WeakSet<Duplex>();
  return (error, socket) => {
    // The parser says so again of all that follows.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegun(socket)) {
      socket.destroy();
      return;
    }
    const status = STATUS[error.code ?? ''] ?? 400;
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
    socket.end(`${head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => {
      // What comes after the time is over must not become a request after all.
      if (status === 408) socket.destroy();
    });
    const timer = setTimeout(() => socket.destroy(), linger);
    socket.once('close', () => clearTimeout(timer));
  };
}

/** Whether an answer is on its way, which a second one would become a part of. */
function hasBegun(socket: Duplex & { _httpMessage?: { headersSent: boolean } }): boolean {
  return socket._httpMessage?.headersSent === true;
}
