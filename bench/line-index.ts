/**
 * `read_file` of line 5,000,000 of a file of 1 GB, over HTTP, by a server that was just started: the first time, when
 * nothing is known of the file; the second time; and the first time of a process that finds the index in the state
 * folder. Beside it `sed -n`, which always reads from the start.
 *
 *   npx tsx bench/line-index.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { BenchRow } from './bench-row.ts';
import { bundleEntry, median, peakMemory, startServer } from './bundled-process.ts';

const GIGABYTE = 1e9;
const LINE = 5_000_000;
const AGAIN = 9;
const MEMORY = 200;
/** Most bytes that a second read may take from the file: the start that shows the encoding, a step, a page. */
const SECOND_BYTES = 1e6;

const KEY = 'large.log';
const lineText = (line: number) =>
  `${String(line).padStart(9, '0')} The quick brown fox jumps over the lazy dog, as it did ${(line * 7919) % 1000} times before, and nothing else happened at all on that day.`;

async function writeLines(file: string): Promise<void> {
  const handle = await open(file, 'w');
  let line = 1;
  for (let written = 0; written < GIGABYTE; ) {
    const lines: string[] = [];
    for (let i = 0; i < 20_000; i++) lines.push(lineText(line++));
    written += (await handle.write(`${lines.join('\n')}\n`)).bytesWritten;
  }
  await handle.close();
  if (line <= LINE) throw new Error(`the file has only ${line - 1} lines`);
}

const agent = new http.Agent({ keepAlive: true });

/**
 * Reads the line. By `node:http`, which sends head and body in one packet: `fetch` may wait 40 ms between the
 * two. @returns milliseconds
 */
async function readLine(url: string): Promise<number> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'read_file', arguments: { file_key: KEY, from_line: LINE, lines: 1 } },
  });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  };
  const began = performance.now();
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request(`${url}/mcp`, { method: 'POST', headers, agent }, resolve);
    request.on('error', reject).end(body);
  });
  const answer = await text(response);
  const milliseconds = performance.now() - began;
  if (!answer.includes(lineText(LINE))) throw new Error(`not the line: ${answer.slice(0, 300)}`);
  return milliseconds;
}

/** Bytes that a process has read by system calls, from the page cache or not; undefined where nobody tells. */
async function bytesRead(pid: number): Promise<number | undefined> {
  const io = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
  const found = /rchar: (\d+)/.exec(io)?.[1];
  return found === undefined ? undefined : Number(found);
}

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-line-index-'));
  try {
    return await measure(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<BenchRow[]> {
  const bucket = path.join(folder, 'bucket');
  await mkdir(bucket);
  const file = path.join(bucket, KEY);
  await writeLines(file);
  const entry = path.join(folder, 'serve.ts');
  await writeFile(entry, serverSource(folder, bucket));
  const program = await bundleEntry(entry, folder);

  const server = await startServer(program, {});
  const first = await readLine(server.url);
  const before = await bytesRead(server.pid);
  const second = await readLine(server.url);
  const after = await bytesRead(server.pid);
  const again: number[] = [];
  for (let i = 0; i < AGAIN; i++) again.push(await readLine(server.url));
  const memory = peakMemory(server.pid);
  await server.stop();

  agent.destroy();
  const next = await startServer(program, {});
  const kept = await readLine(next.url);
  agent.destroy();
  await next.stop();

  const began = performance.now();
  execFileSync('sed', ['-n', `${LINE}{p;q}`, file]);
  const sed = performance.now() - began;

  return [
    { name: `line ${LINE.toLocaleString('en')} of 1 GB, first read`, value: first, unit: 'ms' },
    { name: 'the same by `sed -n`', value: sed, unit: 'ms' },
    { name: 'second read', value: second, unit: 'ms' },
    { name: 'every further read', value: median(again), unit: 'ms' },
    { name: 'first read of a process that finds the index in the state folder', value: kept, unit: 'ms' },
    ...(before === undefined || after === undefined
      ? []
      : [
          {
            name: 'bytes taken by the second read',
            value: (after - before) / 1e6,
            unit: 'MB',
            target: `under ${SECOND_BYTES / 1e6}: not from the start`,
            ok: after - before < SECOND_BYTES,
          },
        ]),
    ...(memory === undefined
      ? []
      : [
          {
            name: 'peak memory of the server',
            value: memory,
            unit: 'MB',
            target: `under ${MEMORY}`,
            ok: memory < MEMORY,
          },
        ]),
  ];
}

/** The server as `dev` puts it together: with a folder for the indexes, without the gateway. */
function serverSource(folder: string, bucket: string): string {
  const app = JSON.stringify(new URL('../server/app.ts', import.meta.url).pathname);
  const options = {
    storage: { kind: 'folder', folder: bucket },
    indexFolder: path.join(folder, 'index'),
    version: '0',
  };
  return [
    `import { createApp } from ${app};`,
    `const app = await createApp(${JSON.stringify(options)});`,
    "const { url } = await app.listen({ host: '127.0.0.1', port: 0 });",
    "process.stderr.write('listens on ' + url + '\\n');",
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.table(await run());
