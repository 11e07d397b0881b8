/**
 * `upload` into a bucket of versitygw, a real S3 server, beside `aws s3 cp`: a folder of 1,000 small files, and one file
 * of 2 GB. Whole processes, both with their defaults; `upload` also looks up its stage, as it does on AWS. Rounds are
 * interleaved; memory is the peak of the command.
 *
 *   npx tsx bench/upload-s3.ts
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
// @ts-expect-error Plain JavaScript.
import { goTool, pythonTools } from '../scripts/lanes/tools.mjs';
import { ACCOUNT, environmentFor, startKnownStage } from '../test/support/aws/known-stage.ts';
import { type BenchRow, printRows } from './bench-row.ts';
import { median } from './bundled-process.ts';
import { type TimedRun, timedRun } from './timed-run.ts';
import { startVersitygw, VERSITYGW_VERSION } from './versitygw.ts';

const ENTRY = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const BUCKET = 'bench';
const FILES = 1000;
const LARGE_MB = 2000;
const ROUNDS = 3;
const SPEED = 1;
const MEMORY = 220;

/** Small ones of 1 to 20 KB in some folders, and a large one. */
async function writeFiles(folder: string): Promise<void> {
  for (let index = 0; index < FILES; index++) {
    const place = path.join(folder, 'small', `part-${index % 10}`);
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, `file-${index}.txt`), randomBytes(1000 + (index % 20) * 1000));
  }
  const handle = await open(path.join(folder, 'large.bin'), 'w');
  for (let written = 0; written < LARGE_MB; written++) await handle.write(randomBytes(1e6));
  await handle.close();
}

export async function run(): Promise<BenchRow[]> {
  const aws = path.join(await pythonTools('awscli==1.46.3'), 'aws');
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-upload-s3-'));
  const data = path.join(folder, 'data');
  await mkdir(path.join(data, BUCKET), { recursive: true });
  const stage = await startKnownStage({ outputs: { S3BucketName: BUCKET } });
  const program = await goTool(`github.com/versity/versitygw/cmd/versitygw@${VERSITYGW_VERSION}`);
  // `upload` expects the stage's account.
  const gateway = await startVersitygw(program, data, {
    owner: ACCOUNT,
    secret: 'secret',
    region: 'eu-central-1',
  });
  try {
    await writeFiles(folder);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      ...environmentFor(stage),
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_ENDPOINT_URL_S3: gateway.url,
    };
    const rows: BenchRow[] = [];
    let memory = 0;
    for (const [what, name, more] of [
      [`${FILES} small files`, 'small', ['--recursive']],
      [`one file of ${LARGE_MB / 1000} GB`, 'large.bin', []],
    ] as const) {
      const ours: TimedRun[] = [];
      const theirs: TimedRun[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await timedRun(process.execPath, [ENTRY, 'upload', name], { env, cwd: folder }));
        await rm(path.join(data, BUCKET, name), { recursive: true });
        theirs.push(
          await timedRun(aws, ['s3', 'cp', ...more, name, `s3://${BUCKET}/${name}`], { env, cwd: folder }),
        );
        await rm(path.join(data, BUCKET, name), { recursive: true });
      }
      const seconds = (runs: TimedRun[]) => median(runs.map((each) => each.seconds));
      const speed = seconds(theirs) / seconds(ours);
      memory = Math.max(memory, ...ours.map((each) => each.memory));
      rows.push(
        { name: `upload of ${what}`, value: seconds(ours), unit: 's' },
        { name: `aws s3 cp of ${what}`, value: seconds(theirs), unit: 's' },
        {
          name: `speed of upload over aws s3 cp, ${what}`,
          value: speed,
          unit: 'x',
          target: `at least ${SPEED}`,
          ok: speed >= SPEED,
        },
      );
    }
    const peak = { name: 'peak memory of upload', value: memory, unit: 'MB' };
    return [...rows, { ...peak, target: `under ${MEMORY}`, ok: memory < MEMORY }];
  } finally {
    await gateway.stop();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());
