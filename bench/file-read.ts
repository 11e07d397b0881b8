/**
 * A file of 100 MB read over HTTP from a folder, as a share of a bare `node:http` server that pipes a file stream,
 * and the memory of the server meanwhile. Both run bundled, in processes of their own; rounds are interleaved.
 *
 *   npx tsx bench/file-read.ts
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BenchRow } from './bench-row.ts';
import { bundleEntry, median, peakMemory, startServer } from './bundled-process.ts';

const ROUNDS = 9;
const MEGABYTES = 100;
const SHARE = 0.7;
const MEMORY = 130;

/** Reads to the end. @returns megabytes (10^6 bytes) a second */
function readAll(url: string): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.get(url, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('error', reject);
      response.on('end', () => {
        if (bytes !== MEGABYTES * 1e6)
          return reject(new Error(`${url}: ${bytes} bytes, ${response.statusCode}`));
        resolve(MEGABYTES / ((performance.now() - began) / 1000));
      });
    });
    request.on('error', reject);
  });
}

async function writeRandom(file: string): Promise<void> {
  const handle = await open(file, 'w');
  for (let written = 0; written < MEGABYTES; written++) await handle.write(randomBytes(1e6));
  await handle.close();
}

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-file-'));
  const bucket = path.join(folder, 'bucket');
  await mkdir(bucket);
  const file = path.join(bucket, 'large.bin');
  await writeRandom(file);
  const ours = await startServer(await bundleEntry('server/main.ts', folder), {
    MCP_S3_FOLDER: bucket,
    MCP_S3_HOST: '127.0.0.1',
    MCP_S3_PORT: '0',
  });
  const bare = await startServer(await bundleEntry('bench/bare-file-server.ts', folder), {
    BENCH_FILE: file,
  });
  try {
    const rates = { ours: [] as number[], bare: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      const [bareRate, ourRate] = [await readAll(bare.url), await readAll(`${ours.url}/file?key=large.bin`)];
      // The first round warms up.
      if (round < 0) continue;
      rates.bare.push(bareRate);
      rates.ours.push(ourRate);
    }
    const share = median(rates.ours) / median(rates.bare);
    const memory = peakMemory(ours.pid);
    return [
      { name: 'GET /file of 100 MB', value: median(rates.ours), unit: 'MB/s' },
      { name: 'bare node:http file stream', value: median(rates.bare), unit: 'MB/s' },
      {
        name: 'GET /file over bare node:http',
        value: share,
        unit: 'x',
        target: `at least ${SHARE}`,
        ok: share >= SHARE,
      },
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
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.table(await run());
