import net from 'node:net';
import type { TestApp } from './app.ts';

export interface RawConnection {
  /** All that came back, once the connection is closed. */
  received: Promise<string>;
  socket: net.Socket;
}

/** Sends bytes and collects what comes back until the connection is closed. */
export function rawConnection(app: TestApp, first: string | Buffer): RawConnection {
  const { hostname, port } = new URL(app.url);
  const socket = net.connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (piece) => (text += piece));
  socket.write(first);
  const received = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(text));
    socket.on('error', () => undefined);
  });
  return { received, socket };
}
