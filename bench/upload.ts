/**
 * `upload` of one file of 1 GB into a local bucket beside `cp` followed by `sha256sum`, the same work done by
 * others: copied, and read once for its checksum. Rounds are interleaved; memory is the command's peak.
 *
 *   npx tsx bench/upload.ts
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BenchRow, printRows } from './bench-row.ts';
import { median } from './bundled-process.ts';
import { type TimedRun, timedRun } from './timed-run.ts';

const ENTRY = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const ROUNDS = 5;
const MEGABYTES = 1000;
const SHARE = 0.5;
const MEMORY = 200;

async function writeRandom(file: string): Promise<void> {
  const handle = await open(file, 'w');
  for (let written = 0; written < MEGABYTES; written++) await handle.write(randomBytes(1e6));
  await handle.close();
}

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-upload-'));
  try {
    const source = path.join(folder, 'source.bin');
    await writeRandom(source);
    const env = { PATH: process.env.PATH, HOME: folder, MCP_S3_STATE_DIR: path.join(folder, 'state') };
    const ours: TimedRun[] = [];
    const theirs: TimedRun[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await timedRun(process.execPath, [ENTRY, 'upload', source, '--local'], { env }));
      const copy = path.join(folder, 'copy.bin');
      theirs.push(await timedRun('sh', ['-c', 'cp "$0" "$1" && sha256sum "$1"', source, copy], { env }));
    }
    const seconds = (runs: TimedRun[]) => median(runs.map((each) => each.seconds));
    const speed = seconds(theirs) / seconds(ours);
    const memory = Math.max(...ours.map((each) => each.memory));
    return [
      { name: 'upload of 1 GB', value: seconds(ours), unit: 's' },
      { name: 'cp and sha256sum', value: seconds(theirs), unit: 's' },
      {
        name: 'speed of upload over cp and sha256sum',
        value: speed,
        unit: 'x',
        target: `at least ${SHARE}`,
        ok: speed >= SHARE,
      },
      {
        name: 'peak memory of upload',
        value: memory,
        unit: 'MB',
        target: `under ${MEMORY}`,
        ok: memory < MEMORY,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());
