/**
 * `bridge --local` beside `@modelcontextprotocol/server-filesystem` over stdio, on the same file of 2 KB, driven in the
 * same way. Rounds of both are interleaved, so that a busy moment of the machine meets both.
 *
 *   npm run build && npx tsx bench/bridge.ts
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BenchRow, rowText } from './bench-row.ts';
import { StdioServer } from './stdio-driver.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PEER = path.join(ROOT, 'node_modules/@modelcontextprotocol/server-filesystem');
const ROUNDS = 31;
const CALLS = 600;

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

export async function run(): Promise<BenchRow[]> {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcp-s3-bridge-')));
  try {
    return await compare(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function compare(root: string): Promise<BenchRow[]> {
  const folder = path.join(root, 'files');
  const file = path.join(folder, 'a.txt');
  mkdirSync(folder);
  const text = `${'The quick brown fox jumps over the lazy dog. '.repeat(45)}\n`;
  writeFileSync(file, text);
  const env = { PATH: process.env.PATH, HOME: root, MCP_S3_STATE_DIR: path.join(root, 'state') };
  const { version } = JSON.parse(readFileSync(path.join(PEER, 'package.json'), 'utf8'));
  const peer = `server-filesystem ${version}`;

  const entry = path.join(ROOT, 'bin/run.js');
  const ours = await StdioServer.start([entry, 'bridge', '--local', '--folder', folder], env);
  const theirs = await StdioServer.start([path.join(PEER, 'dist/index.js'), folder], env);
  const sides = [
    { server: ours.server, call: { name: 'read_file', arguments: { file_key: 'a.txt' } } },
    { server: theirs.server, call: { name: 'read_text_file', arguments: { path: file } } },
  ];
  for (const { server, call } of sides) {
    if (!(await server.call(call)).includes(JSON.stringify(text)))
      throw new Error('a server did not send the file');
    await server.rate(call, 16, CALLS * 2);
  }
  const rows: BenchRow[] = [];
  for (const concurrency of [1, 16]) {
    const rates: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const { server, call } = sides[index]!;
        rates[index]!.push(await server.rate(call, concurrency, CALLS));
      }
    }
    // Of each round by itself: what slows down one round slows down both sides of it.
    const value = median(rates[0].map((rate, round) => rate / rates[1][round]!));
    const name = `reading 2 KB over stdio, ${concurrency} at a time`;
    rows.push({ name, value, unit: `x ${peer}`, target: 'at least 1', ok: value >= 1 });
  }
  const [mine, other] = sides.map(({ server }) => server.residentMb());
  await Promise.all(sides.map(({ server }) => server.stop()));
  if (mine !== undefined && other !== undefined) {
    rows.push({ name: 'resident memory after that', value: mine, unit: 'MB' });
    rows.push({ name: `resident memory of ${peer}`, value: other, unit: 'MB' });
  }
  rows.push({
    name: 'start to the first answer',
    value: ours.milliseconds / theirs.milliseconds,
    unit: `x ${peer}`,
  });
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const row of await run()) console.log(rowText(row));
}
