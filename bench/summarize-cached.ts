/**
 * Requests a second of a cached `POST /summarize`, as a share of a bare Express handler with the same middleware
 * (helmet, one log line), body reading (express.json) and response writer. Both run bundled, in processes of their
 * own, without the gateway's limiter; rounds are interleaved and medians compared.
 *
 *   npx tsx bench/summarize-cached.ts
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import autocannon from 'autocannon';
import type { BenchRow } from './bench-row.ts';
import { bundleEntry, median, startServer } from './bundled-process.ts';

const ROUNDS = 7;
const SECONDS = 2;
const CONNECTIONS = 16;
const TARGET = 0.6;
const SENTENCE =
  'The harbour was closed on Monday because of ice and the ferries to the islands did not sail. ';

async function requestsPerSecond(url: string): Promise<number> {
  const result = await autocannon({
    url: `${url}/summarize`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ file_key: 'a.txt' }),
    connections: CONNECTIONS,
    duration: SECONDS,
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${url}: ${result.non2xx + result.errors} failures`);
  return result.requests.total / result.duration;
}

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-summarize-'));
  const bucket = path.join(folder, 'bucket');
  await mkdir(bucket);
  await writeFile(path.join(bucket, 'a.txt'), SENTENCE.repeat(50));
  const ours = await startServer(await bundleEntry('server/main.ts', folder), {
    MCP_S3_FOLDER: bucket,
    MCP_S3_CACHE_FOLDER: path.join(folder, 'cache'),
    MCP_S3_HOST: '127.0.0.1',
    MCP_S3_PORT: '0',
  });
  const first = await fetch(`${ours.url}/summarize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ file_key: 'a.txt' }),
  });
  const { summary } = (await first.json()) as { summary: string };
  const bare = await startServer(await bundleEntry('bench/bare-express.ts', folder), {
    BENCH_SUMMARY: summary,
  });
  try {
    const rates = { ours: [] as number[], bare: [] as number[] };
    for (let round = -1; round < ROUNDS; round++) {
      const [bareRate, ourRate] = [await requestsPerSecond(bare.url), await requestsPerSecond(ours.url)];
      // The first round warms up.
      if (round < 0) continue;
      rates.bare.push(bareRate);
      rates.ours.push(ourRate);
    }
    const share = median(rates.ours) / median(rates.bare);
    return [
      { name: 'cached POST /summarize', value: median(rates.ours), unit: 'requests/s' },
      { name: 'bare Express, same middleware', value: median(rates.bare), unit: 'requests/s' },
      {
        name: 'cached POST /summarize over bare Express',
        value: share,
        unit: 'x',
        target: `at least ${TARGET}`,
        ok: share >= TARGET,
      },
    ];
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.table(await run());
