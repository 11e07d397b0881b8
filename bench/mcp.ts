/**
 * Requests a second of `/mcp` beside the stateless example of `@modelcontextprotocol/sdk`, `createMcpHandler` of
 * `@modelcontextprotocol/server` and a bare Express handler: `tools/call` of `read_file` on a file of 2 KB, and
 * `tools/list`, in both protocol generations, with 16 connections. All run bundled, in processes of their own, with
 * the same middleware and without the gateway's limiter; rounds are interleaved, ratios are taken within each.
 *
 *   npx tsx bench/mcp.ts
 */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchRow, printRows } from './bench-row.ts';
import { bundleEntry, type MeasuredServer, median, startServer } from './bundled-process.ts';
import { askOnce, type Generation, type Load, loadOf, type Measured, measure } from './mcp-load.ts';

const ROUNDS = 7;
const SECONDS = 1;
const STARTS = 5;
export const CALL = { name: 'read_file', arguments: { file_key: 'a.txt' } };
export const TEXT = `${'The quick brown fox jumps over the lazy dog. '.repeat(45)}\n`;

/** What a rate is compared with: at least so many times the rate of another case. */
interface Target {
  than: string;
  times: number;
}

interface Case {
  load: Load;
  targets?: Target[];
}

/** The name of a peer with its version. */
export function peerName(name: string): string {
  const { version } = JSON.parse(
    readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8'),
  );
  return `${name} ${version}`;
}

const SDK1 = `${peerName('@modelcontextprotocol/sdk')}, stateless example`;
const SDK2 = `${peerName('@modelcontextprotocol/server')}, createMcpHandler`;
const BARE = `bare ${peerName('express')}`;
const REVISION = { session: '2025-11-25', stateless: '2026-07-28' };

/** Measures the cases in interleaved rounds. The first warms up. */
export async function compare(cases: Record<string, Case>): Promise<BenchRow[]> {
  const names = Object.keys(cases);
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const one = await measure(cases[name]!.load, SECONDS);
      if (round >= 0) measured.get(name)!.push(one);
    }
  }
  const rates = (name: string) => measured.get(name)!.map(({ rate }) => rate);
  return names.flatMap((name) => [
    { name, value: median(rates(name)), unit: 'requests/s' },
    { name: `${name}, p99`, value: median(measured.get(name)!.map(({ p99 }) => p99)), unit: 'ms' },
    ...(cases[name]!.targets ?? []).map(({ than, times }): BenchRow => {
      const value = median(rates(name).map((rate, round) => rate / rates(than)[round]!));
      return {
        name: `${name} over ${than}`,
        value,
        unit: 'x',
        target: `at least ${times}`,
        ok: value >= times,
      };
    }),
  ]);
}

function casesOf(ours: string, sdk1: string, sdk2: string, bare: string): Record<string, Case> {
  const cases: Record<string, Case> = {
    [BARE]: { load: loadOf(bare, 'session', 'tools/call', CALL) },
  };
  for (const [method, call] of [['tools/call', CALL], ['tools/list']] as const) {
    const name = (generation: Generation, who: string) => `${method} ${REVISION[generation]}, ${who}`;
    cases[name('session', SDK1)] = { load: loadOf(sdk1, 'session', method, call) };
    for (const generation of ['session', 'stateless'] as const) {
      const load = (url: string) => loadOf(url, generation, method, call);
      cases[name(generation, SDK2)] = { load: load(sdk2) };
      cases[name(generation, 'ours')] = {
        load: load(ours),
        targets: [
          { than: name('session', SDK1), times: 5 },
          { than: name(generation, SDK2), times: call ? 3 : 5 },
          ...(call ? [{ than: BARE, times: 0.9 }] : []),
        ],
      };
    }
  }
  return cases;
}

/** Milliseconds from the start of a process to its first answer, and how it is stopped. */
async function start(file: string, env: Record<string, string>): Promise<[number, MeasuredServer]> {
  const began = performance.now();
  const server = await startServer(file, env);
  await askOnce(loadOf(server.url, 'session', 'tools/call', CALL));
  return [performance.now() - began, server];
}

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-mcp-'));
  const bucket = path.join(folder, 'bucket');
  await mkdir(bucket);
  await writeFile(path.join(bucket, 'a.txt'), TEXT);
  const ours = await bundleEntry('server/main.ts', folder);
  const peers = await bundleEntry('bench/mcp-peers.ts', folder);
  const programs: Record<string, [string, Record<string, string>]> = {
    ours: [ours, { MCP_S3_FOLDER: bucket, MCP_S3_HOST: '127.0.0.1', MCP_S3_PORT: '0' }],
    [SDK1]: [peers, { BENCH_PEER: 'sdk1', BENCH_FOLDER: bucket }],
    [SDK2]: [peers, { BENCH_PEER: 'sdk2', BENCH_FOLDER: bucket }],
    [BARE]: [peers, { BENCH_PEER: 'bare', BENCH_FOLDER: bucket }],
  };
  const names = Object.keys(programs);
  let servers: MeasuredServer[] = [];
  try {
    const starts = names.map((): number[] => []);
    for (let round = 0; round < STARTS; round++) {
      await Promise.all(servers.map((server) => server.stop()));
      servers = [];
      for (const [index, name] of names.entries()) {
        const [took, server] = await start(...programs[name]!);
        starts[index]!.push(took);
        servers.push(server);
      }
    }
    const urls = servers.map(({ url }) => url) as [string, string, string, string];
    for (const url of urls) await checkAnswer(url);
    return [
      ...(await compare(casesOf(...urls))),
      ...names.map((name, index) => ({
        name: `start to the first answer, ${name}`,
        value: median(starts[index]!),
        unit: 'ms',
      })),
    ];
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** A server that answers fast with something else would win. */
export async function checkAnswer(url: string): Promise<void> {
  const { content } = await askOnce(loadOf(url, 'session', 'tools/call', CALL));
  if ((content as { text: string }[])[0]?.text !== TEXT) throw new Error(`${url} did not send the file`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());
