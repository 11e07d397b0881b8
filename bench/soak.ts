/**
 * The built server under the mixed load of fifty clients, some of which vanish, over a storage and a model that fail
 * by chance. Nothing may break, leak or be lost.
 *
 *   npx tsx bench/soak.ts
 *
 * `BENCH_SOAK_MINUTES` (default 10) says how long, `BENCH_SOAK_SEED` which chances. Needs Linux, for what it reads of
 * the process, and `npm run build`.
 */
import { pathToFileURL } from 'node:url';
import { openStore } from '../server/app.ts';
import { startBedrockServer } from '../test/support/bedrock-server/server.ts';
import { openDescriptors, residentMemory, startBuiltServer } from '../test/support/built-server.ts';
import { startS3Server } from '../test/support/s3-server/server.ts';
import { type BenchRow, printRows } from './bench-row.ts';
import { median } from './bundled-process.ts';
import { Chance } from './soak/chance.ts';
import { work } from './soak/clients.ts';
import { letFail } from './soak/faults.ts';
import { putFiles } from './soak/files.ts';
import { lostWrites } from './soak/lost-writes.ts';
import { Tally } from './soak/tally.ts';

const MINUTE = 60_000;
const BUCKET = 'soak-bucket';
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'soak',
  AWS_SECRET_ACCESS_KEY: 'soak-secret',
  AWS_REGION: 'us-east-1',
};
/** Connections of the server to storage and model end with those; this long is waited for it (milliseconds). */
const LAST_WAIT = 20_000;

interface Sample {
  /** Milliseconds since the beginning. */
  at: number;
  memory: number;
  others: number;
}

export async function run(): Promise<BenchRow[]> {
  const length = Number(process.env.BENCH_SOAK_MINUTES ?? 10) * MINUTE;
  const seed = Number(process.env.BENCH_SOAK_SEED ?? Date.now() % 1e6);
  const [storage, model] = await Promise.all([startS3Server(BUCKET), startBedrockServer()]);
  const files = putFiles(storage.bucket);
  const bucket = await openStore({
    kind: 's3',
    bucket: BUCKET,
    region: CREDENTIALS.AWS_REGION,
    endpoint: storage.endpoint,
    forcePathStyle: true,
    credentials: {
      accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID,
      secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    },
  });
  const logged = { unexpected: [] as string[] };
  const server = await startBuiltServer(
    {
      MCP_S3_BUCKET: BUCKET,
      MCP_S3_STORAGE_ENDPOINT: storage.endpoint,
      MCP_S3_PATH_STYLE: 'true',
      MCP_S3_MODEL: 'amazon.nova-2-lite-v1:0',
      MCP_S3_ALLOWED_MODELS: 'extractive-1',
      MCP_S3_ALLOW_WRITES: 'true',
      MCP_S3_DEADLINE_SECONDS: '20',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: model.url,
      ...CREDENTIALS,
    },
    (line) => {
      // What is no expected failure is a bug, and answered as one.
      if (/bug on our side|"status":500/.test(line)) logged.unexpected.push(line);
    },
  );
  let ended: number | string | undefined;
  void server.ended.then((how) => (ended = how));
  console.log(`   seed ${seed}, ${length / MINUTE} minutes`);

  const tally = new Tally();
  const before = await openDescriptors(server.pid);
  const failed = letFail(storage, model, new Chance(seed));
  const start = performance.now();
  const samples: Sample[] = [];
  const sampling = setInterval(async () => {
    if (ended !== undefined) return;
    const at = performance.now() - start;
    const [memory, { others }] = await Promise.all([residentMemory(server.pid), openDescriptors(server.pid)]);
    samples.push({ at, memory, others });
  }, 1000);
  try {
    const written = await work(server.url, files, bucket, tally, seed, start + length);
    clearInterval(sampling);
    const faults = failed();
    const lost = ended === undefined ? await lostWrites(server.url, written) : ['the server is gone'];
    await Promise.all([storage.close(), model.close()]);
    const after = ended === undefined ? await settled(server.pid, before.sockets) : undefined;

    for (const [what, count] of [...tally.outcomes].sort()) console.log(`   ${what}: ${count}`);
    for (const [what, count] of [...faults].sort()) console.log(`   fault, ${what}: ${count}`);
    for (const what of [...tally.broken, ...lost, ...logged.unexpected].slice(0, 40))
      console.log(`   ! ${what}`);

    const window = Math.min(MINUTE, length / 4);
    const within = (from: number, to: number) => samples.filter(({ at }) => at >= from && at < to);
    const early = within(window, 2 * window);
    const late = within(length - window, length);
    const memory = (some: Sample[]) => median(some.map((sample) => sample.memory));
    const grown = memory(late) / memory(early);
    const others = Math.max(...late.map((one) => one.others)) - Math.max(...early.map((one) => one.others));
    const sockets = (after?.sockets ?? Number.POSITIVE_INFINITY) - before.sockets;
    const acknowledged = ['write_file', 'upload'].reduce(
      (sum, what) => sum + (tally.outcomes.get(`${what}: done`) ?? 0),
      0,
    );
    const none = (name: string, value: number, unit = ''): BenchRow => {
      return { name, value, unit, target: 'none', ok: value === 0 };
    };
    return [
      { name: `requests in ${length / MINUTE} minutes`, value: tally.total, unit: '' },
      {
        name: 'faults of storage and model',
        value: [...faults.values()].reduce((a, b) => a + b, 0),
        unit: '',
      },
      { name: 'clients that vanished', value: tally.outcomes.get('vanished') ?? 0, unit: '' },
      { name: 'refused in the words of the contract', value: tally.ending(': refused'), unit: '' },
      { name: 'files cut where the storage failed', value: tally.ending(': cut'), unit: '' },
      none('ends of the server', ended === undefined ? 0 : 1),
      none('answers against the contract, or missing', tally.brokenCount + logged.unexpected.length),
      none(`writes lost or broken, of ${acknowledged} acknowledged`, lost.length),
      none('sockets left open', sockets),
      {
        name: 'other descriptors more than early on',
        value: others,
        unit: '',
        target: 'none',
        ok: others <= 0,
      },
      { name: 'resident memory of the second minute', value: memory(early), unit: 'MB' },
      {
        name: 'resident memory of the last minute, to that of the second',
        value: grown,
        unit: 'x',
        target: 'at most 1.15',
        ok: grown <= 1.15,
      },
    ];
  } finally {
    clearInterval(sampling);
    server.kill('SIGKILL');
    await server.ended;
    await Promise.all([storage.close(), model.close()]);
  }
}

/** The descriptors once the sockets are as many as `sockets`, or when waiting for that makes no more sense. */
async function settled(pid: number, sockets: number) {
  const end = performance.now() + LAST_WAIT;
  for (;;) {
    const now = await openDescriptors(pid);
    if (now.sockets <= sockets || performance.now() > end) return now;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());
