import net from 'node:net';
import type { Working } from './actions.ts';

const MOST_WAIT = 300;

/** Asks for something and is gone before the answer, or in the middle of it, or of the question. */
export async function vanish({ url, chance, files, written }: Working): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const { key } = chance.of(files);
  const post = (path: string, body: string, accept = 'application/json, text/event-stream') =>
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: ${accept}\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const call = (name: string, args: object) =>
    post(
      '/mcp',
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    );
  const gone = `${written.folder}-gone/${chance.whole(0, 1e9)}.txt`;
  const whole = chance.of([
    `GET /file?key=${encodeURIComponent(files[0]!.key)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    post('/summarize', JSON.stringify({ file_key: key, refresh: true }), 'text/event-stream'),
    call('summarize_file', { file_key: key, refresh: true }),
    call('search_files', { pattern: 'sh[i]ps .* outside', mode: 'regex', ignore_case: true }),
    call('write_file', { file_key: gone, content: 'never acknowledged\n'.repeat(2000) }),
  ]);
  const asked = chance.next() < 0.3 ? whole.slice(0, chance.whole(1, whole.length - 1)) : whole;
  const socket = net.connect(Number(port), hostname);
  socket.on('error', () => undefined);
  // Half of them take nothing of what comes: the server's side fills up.
  if (chance.next() < 0.5) socket.resume();
  socket.write(asked);
  await new Promise((resolve) => setTimeout(resolve, chance.whole(0, MOST_WAIT)));
  if (chance.next() < 0.5) socket.resetAndDestroy();
  else socket.destroy();
}
