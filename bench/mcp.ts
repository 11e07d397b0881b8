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
import { bundleEntry, type MeasuredServer, median, processorTime, startServer } from './bundled-process.ts';
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

export interface Case {
  load: Load;
  /** Of the server. */
  pid?: number;
  targets?: Target[];
}

/** The name of a peer with its version. */
export function peerName(name: string): string {
  const { version } = JSON.parse(
    readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8'),
  );
  return `${name} ${version}`;
}

export const SDK1 = `${peerName('@modelcontextprotocol/sdk')}, stateless example`;
const SDK2 = `${peerName('@modelcontextprotocol/server')}, createMcpHandler`;
/** The libraries' examples declare their tools for each request; these are told for comparison. */
const ONCE = ', tools declared once';
/** Takes the same request, and answers without the protocol. */
const BARE = `bare ${peerName('express')}`;
const REVISION = { session: '2025-11-25', stateless: '2026-07-28' };

/** Measures the cases in interleaved rounds. The first warms up. */
export async function compare(cases: Record<string, Case>): Promise<BenchRow[]> {
  const names = Object.keys(cases);
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  const spent = new Map<string, number[]>();
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { load, pid } = cases[name]!;
      const before = pid && processorTime(pid);
      const one = await measure(load, SECONDS);
      const after = pid && processorTime(pid);
      if (round < 0) continue;
      measured.get(name)!.push(one);
      if (before && after) spent.set(name, [...(spent.get(name) ?? []), (after - before) / one.rate]);
    }
  }
  const rates = (name: string) => measured.get(name)!.map(({ rate }) => rate);
  // A busy machine gives a process of five threads more of itself than one of a single thread; this it cannot change.
  const time = (name: string): BenchRow[] => {
    const seconds = spent.get(name);
    if (seconds === undefined) return [];
    return [
      { name: `${name}, processor time`, value: (median(seconds) / SECONDS) * 1e6, unit: 'µs a request' },
    ];
  };
  return names.flatMap((name) => [
    ...time(name),
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

type Servers = ReadonlyMap<string, MeasuredServer>;

function casesOf(servers: Servers): Record<string, Case> {
  const cases: Record<string, Case> = {};
  for (const [method, call] of [['tools/call', CALL], ['tools/list']] as const) {
    const add = (generation: Generation, who: string, targets: Target[] = []): string => {
      const name = `${method} ${REVISION[generation]}, ${who}`;
      const { url, pid } = servers.get(who)!;
      cases[name] = { load: loadOf(url, generation, method, call), pid, targets };
      return name;
    };
    const sdk1 = { than: add('session', SDK1), times: 5 };
    if (call) add('session', `${SDK1}${ONCE}`);
    for (const generation of ['session', 'stateless'] as const) {
      const sdk2 = { than: add(generation, SDK2), times: call ? 3 : 5 };
      if (call) add(generation, `${SDK2}${ONCE}`);
      const bare = call ? [{ than: add(generation, BARE), times: 0.9 }] : [];
      add(generation, 'ours', [sdk1, sdk2, ...bare]);
    }
  }
  return cases;
}

/** Milliseconds from the start of a process to its first answer, and the process. */
async function start(file: string, env: Record<string, string>): Promise<[number, MeasuredServer]> {
  const began = performance.now();
  const server = await startServer(file, env);
  await checkAnswer(server.url);
  return [performance.now() - began, server];
}

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-mcp-'));
  const servers = new Map<string, MeasuredServer>();
  try {
    const bucket = path.join(folder, 'bucket');
    await mkdir(bucket);
    await writeFile(path.join(bucket, 'a.txt'), TEXT);
    const settings = { MCP_S3_FOLDER: bucket, MCP_S3_ALLOW_WRITES: 'true' };
    const env = { ...settings, MCP_S3_HOST: '127.0.0.1', MCP_S3_PORT: '0' };
    const peer = { BENCH_FOLDER: bucket };
    const once = { ...peer, BENCH_DECLARE: 'once' };
    const entry = (file: string) => bundleEntry(file, folder);
    const [main, sdk1, sdk2, bare] = [
      await entry('server/main.ts'),
      await entry('bench/peers/sdk1.ts'),
      await entry('bench/peers/sdk2.ts'),
      await entry('bench/peers/bare.ts'),
    ];
    const started: Record<string, [string, Record<string, string>]> = {
      ours: [main, env],
      [SDK1]: [sdk1, peer],
      [SDK2]: [sdk2, peer],
      [BARE]: [bare, peer],
    };
    const starts: Record<string, number[]> = {};
    for (let round = 0; round < STARTS; round++) {
      for (const [name, [file, settings]] of Object.entries(started)) {
        await servers.get(name)?.stop();
        const [took, server] = await start(file, settings);
        starts[name] = [...(starts[name] ?? []), took];
        servers.set(name, server);
      }
    }
    servers.set(`${SDK1}${ONCE}`, await startServer(sdk1, once));
    servers.set(`${SDK2}${ONCE}`, await startServer(sdk2, once));
    const rows = await compare(casesOf(servers));
    const toRow = ([name, times]: [string, number[]]): BenchRow => ({
      name: `start to the first answer, ${name}`,
      value: median(times),
      unit: 'ms',
    });
    return [...rows, ...Object.entries(starts).map(toRow)];
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** A server that answers fast with something else would win. */
export async function checkAnswer(url: string): Promise<void> {
  const { content } = await askOnce(loadOf(url, 'session', 'tools/call', CALL));
  if ((content as { text: string }[])[0]?.text !== TEXT) throw new Error(`${url} did not send the file`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());
