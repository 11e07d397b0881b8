/**
 * Requests a second of `tools/call` of `read_file` on a file of 2 KB that lies on an S3 server, beside the stateless
 * example of `@modelcontextprotocol/sdk` that answers with one GetObject. As mcp.ts otherwise.
 *
 *   npx tsx bench/mcp-s3.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchRow, printRows } from './bench-row.ts';
import { bundleEntry, type MeasuredServer, startServer } from './bundled-process.ts';
import { CALL, type Case, checkAnswer, compare, SDK1, TEXT } from './mcp.ts';
import { loadOf } from './mcp-load.ts';
import { startEndpoint } from './s3-endpoint.ts';

const TIMES = 2;

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-mcp-'));
  const servers: MeasuredServer[] = [];
  const endpoint = await startEndpoint(folder, CALL.arguments.file_key, TEXT);
  try {
    const { name, url, bucket, credentials } = endpoint;
    const start = async (entry: string, settings: Record<string, string>): Promise<string> => {
      const server = await startServer(await bundleEntry(entry, folder), { ...credentials, ...settings });
      servers.push(server);
      await checkAnswer(server.url);
      return server.url;
    };
    const ours = await start('server/main.ts', {
      MCP_S3_BUCKET: bucket,
      MCP_S3_STORAGE_ENDPOINT: url,
      MCP_S3_PATH_STYLE: 'true',
      MCP_S3_HOST: '127.0.0.1',
      MCP_S3_PORT: '0',
      MCP_S3_ALLOW_WRITES: 'true',
    });
    const peerUrl = await start('bench/peers/sdk1-s3.ts', { BENCH_BUCKET: bucket, BENCH_ENDPOINT: url });
    const peer = `tools/call over ${name}, ${SDK1} with one GetObject`;
    const cases: Record<string, Case> = { [peer]: { load: loadOf(peerUrl, 'session', 'tools/call', CALL) } };
    for (const generation of ['session', 'stateless'] as const) {
      cases[`tools/call over ${name}, ours (${generation})`] = {
        load: loadOf(ours, generation, 'tools/call', CALL),
        targets: [{ than: peer, times: TIMES }],
      };
    }
    return await compare(cases);
  } finally {
    await Promise.all([...servers.map((server) => server.stop()), endpoint.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());
