/**
 * `destroy` of a stage whose bucket holds 10,000 versions, and ten times as many beside botocore that does nothing but
 * delete them, a page after the other. The bucket is in memory; the stage's stacks are in MiniStack, which the lane
 * `emulator` installs with its botocore.
 *
 *   npx tsx bench/destroy.ts
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Emulator, startEmulator } from '../test/support/aws/emulator.ts';
import { createSmallStage } from '../test/support/aws/small-stage.ts';
import { type BenchRow, printRows } from './bench-row.ts';
import { median } from './bundled-process.ts';
import { type TimedRun, timedRun } from './timed-run.ts';
import { startVersionsServer, type VersionsServer } from './versions-server.ts';

const ENTRY = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const SCRIPT = fileURLToPath(new URL('empty_bucket.py', import.meta.url));
const VERSIONS = 10_000;
const MANY = 100_000;
const ROUNDS = 3;
const SPEED = 0.8;
const MEMORY = 200;
const GROWTH = 30;

async function destroy(emulator: Emulator, server: VersionsServer, versions: number): Promise<TimedRun> {
  await createSmallStage(emulator, 'dev');
  server.fill(versions);
  // Without the proxy of the tests.
  const env = { ...emulator.env(), AWS_ENDPOINT_URL: emulator.direct, AWS_ENDPOINT_URL_S3: server.url };
  const run = await timedRun(process.execPath, [ENTRY, 'destroy', '--confirm', 'dev'], { env });
  if (server.left() > 0) throw new Error('destroy left something');
  return run;
}

async function byBotocore(emulator: Emulator, server: VersionsServer): Promise<TimedRun> {
  server.fill(MANY);
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_CONFIG_FILE: '/dev/null' };
  const run = await timedRun(emulator.python, [SCRIPT, server.url, 'bench'], { env });
  if (server.left() > 0) throw new Error('botocore left something');
  return run;
}

export async function run(): Promise<BenchRow[]> {
  const emulator = await startEmulator();
  const server = await startVersionsServer();
  try {
    const few: TimedRun[] = [];
    const many: TimedRun[] = [];
    const theirs: TimedRun[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      few.push(await destroy(emulator, server, VERSIONS));
      many.push(await destroy(emulator, server, MANY));
      theirs.push(await byBotocore(emulator, server));
    }
    const seconds = (runs: TimedRun[]) => median(runs.map((each) => each.seconds));
    const most = (runs: TimedRun[]) => Math.max(...runs.map(({ memory }) => memory));
    const speed = seconds(theirs) / seconds(many);
    const memory = most([...few, ...many]);
    const growth = most(many) - most(few);
    return [
      { name: 'destroy of 10,000 versions', value: seconds(few), unit: 's' },
      { name: 'destroy of 100,000 versions', value: seconds(many), unit: 's' },
      { name: 'botocore deleting 100,000 versions, and nothing else', value: seconds(theirs), unit: 's' },
      {
        name: 'speed of destroy over botocore',
        value: speed,
        unit: 'x',
        target: `at least ${SPEED}`,
        ok: speed >= SPEED,
      },
      {
        name: 'peak memory of destroy',
        value: memory,
        unit: 'MB',
        target: `under ${MEMORY}`,
        ok: memory < MEMORY,
      },
      {
        name: 'more memory for 100,000 than for 10,000',
        value: growth,
        unit: 'MB',
        target: `under ${GROWTH}`,
        ok: growth < GROWTH,
      },
    ];
  } finally {
    await server.close();
    await emulator.close();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());
