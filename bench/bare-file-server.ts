/** The baseline of file-read.ts: `node:http` and a file stream, and nothing else. */
import { createReadStream, statSync } from 'node:fs';
import http from 'node:http';

const file = process.env.BENCH_FILE!;
const server = http.createServer((_request, response) => {
  response.setHeader('content-length', statSync(file).size);
  createReadStream(file).pipe(response);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  process.stderr.write(`listens on http://127.0.0.1:${port}\n`);
});
