import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  /** For HTTP_PROXY and HTTPS_PROXY. */
  url: string;
  /** Hosts with their ports that connections were asked for, in order. */
  asked: string[];
  /** From now on every connection is refused with this status; undefined: none. */
  refusal: number | undefined;
  /** Ends the connections that are open. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * A proxy as companies have them, for CONNECT. Names that nobody can look up prove that a request went through it.
 * @param target URL of the server on this machine that a host stands for
 */
export async function startConnectProxy(target: (host: string) => string): Promise<ConnectProxy> {
  const open = new Set<Socket>();
  const server = createServer().on('connect', ({ url }, socket: Socket) => {
    proxy.asked.push(url!);
    socket.on('error', () => {});
    if (proxy.refusal !== undefined) {
      socket.end(`HTTP/1.1 ${proxy.refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(Number(new URL(target(url!)).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      onward.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: ConnectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    refusal: undefined,
    cut() {
      for (const socket of open) socket.destroy();
    },
    async close() {
      this.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
