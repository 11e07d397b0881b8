/**
 * Searching inside 10,000 files and 1 GB, warm, beside `grep -r` over the same folder in interleaved rounds. The
 * files are prose cut from the licences and documents that npm installed, in an order of their own; each search has
 * to find what grep counts. With S3 the same engine reads through a server on loopback: reported only.
 *
 *   npx tsx bench/search.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createFolderStore } from '../server/files/folder-store.ts';
import { searchFiles } from '../server/files/search/search-files.ts';
import type { SearchRequest } from '../server/files/search/search-request.ts';
import type { FileStore } from '../server/files/store.ts';
import { type BenchRow, printRows } from './bench-row.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILES = 10_000;
const FILE_BYTES = 100_000;
const ROUNDS = 7;
const NEEDLE_EVERY = 500;
const UNBOUNDED = { matches: 1e6, output: 1e9, bytes: 1e12, timeMs: 600_000 };

interface Case {
  name: string;
  request: Pick<SearchRequest, 'pattern' | 'mode' | 'ignoreCase'>;
  /** The same for grep. */
  grep: string[];
  share?: number;
}

const CASES: Case[] = [
  {
    name: 'a literal',
    request: { pattern: 'quarterly zebra census' },
    grep: ['-F', 'quarterly zebra census'],
    share: 0.5,
  },
  {
    name: 'a pattern that contains a literal',
    request: { pattern: 'zebra census of [0-9]{4}', mode: 'regex' },
    grep: ['-E', 'zebra census of [0-9]{4}'],
    share: 0.5,
  },
  {
    name: 'a pattern between wildcards',
    request: { pattern: '\\w+ zebra .*[0-9]+\\)$', mode: 'regex' },
    grep: ['-E', '\\w+ zebra .*[0-9]+\\)$'],
    share: 0.5,
  },
  {
    name: 'a pattern without a literal',
    request: { pattern: '[0-9]{3}-[a-z]+-[0-9]{5}', mode: 'regex' },
    grep: ['-E', '[0-9]{3}-[a-z]+-[0-9]{5}'],
    share: 0.08,
  },
  {
    name: 'a literal in any case',
    request: { pattern: 'Quarterly Zebra', ignoreCase: true },
    grep: ['-F', '-i', 'Quarterly Zebra'],
    share: 0.08,
  },
  {
    name: 'alternatives',
    request: { pattern: '(zebra|okapi|quagga) (census|count)', mode: 'regex' },
    grep: ['-E', '(zebra|okapi|quagga) (census|count)'],
    share: 0.08,
  },
];

/** Prose of a few megabytes from what is installed. */
function corpus(): string {
  const folder = path.join(ROOT, 'node_modules');
  let text = '';
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    if (!/(^|\/)(LICENSE|README|CHANGELOG)[^/]*$/i.test(name)) continue;
    try {
      text += readFileSync(path.join(folder, name), 'utf8');
    } catch {
      // A folder of that name.
    }
    if (text.length > 8e6) break;
  }
  return text.replace(/zebra|okapi|quagga/gi, 'horse').replace(/\d{3}-[a-z]+-\d{5}/g, '');
}

function writeFiles(folder: string): void {
  const prose = Buffer.from(corpus());
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let i = 0; i < FILES; i++) {
    const folderOfFile = path.join(folder, `d${String(i % 100).padStart(2, '0')}`);
    if (i < 100) mkdirSync(folderOfFile);
    const start = prose.indexOf('\n', random(prose.length - 2 * FILE_BYTES)) + 1;
    const end = prose.indexOf('\n', start + FILE_BYTES - 2_000 + random(4_000)) + 1;
    const needle =
      i % NEEDLE_EVERY === 0
        ? `The quarterly zebra census of ${2000 + (i % 100)} (123-ab-${10_000 + i})\n`
        : '';
    writeFileSync(
      path.join(folderOfFile, `${i}.txt`),
      Buffer.concat([prose.subarray(start, end), Buffer.from(needle)]),
    );
  }
}

async function search(
  store: FileStore,
  request: SearchRequest,
): Promise<{ seconds: number; bytes: number; lines: number }> {
  const began = performance.now();
  const { matches, searched, complete } = await searchFiles(store, { ...request, limits: UNBOUNDED });
  if (!complete) throw new Error(`the search for ${request.pattern} did not reach the end`);
  return { seconds: (performance.now() - began) / 1000, bytes: searched.bytes, lines: matches.length };
}

function grep(folder: string, args: string[]): { seconds: number; lines: number } {
  const began = performance.now();
  const { stdout, status } = spawnSync('grep', ['-r', ...args, folder], { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`grep ${args.join(' ')} ended with ${status}`);
  return { seconds: (performance.now() - began) / 1000, lines: stdout.split('\n').length - 1 };
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-s3-search-'));
  try {
    writeFiles(folder);
    const store = await createFolderStore({ folder });
    const rows: BenchRow[] = [];
    for (const { name, request, grep: args, share } of CASES) {
      const ours: number[] = [];
      const theirs: number[] = [];
      let bytes = 0;
      for (let round = -1; round < ROUNDS; round++) {
        const they = grep(folder, args);
        const we = await search(store, request);
        if (we.lines !== they.lines) throw new Error(`${name}: ${we.lines} matches, grep has ${they.lines}`);
        bytes = we.bytes;
        if (round < 0) continue;
        ours.push(we.seconds);
        theirs.push(they.seconds);
      }
      const value = median(theirs) / median(ours);
      const speed = (seconds: number[]) => Math.round(bytes / median(seconds) / 1e6);
      rows.push({
        name: `${name} (${speed(ours)} MB/s, grep ${speed(theirs)})`,
        value,
        unit: 'x grep -r',
        ...(share !== undefined && { target: `at least ${share}`, ok: value >= share }),
      });
    }
    rows.push(await throughThePort(store));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The way of a store whose files the thread cannot open: what S3 costs without its network. */
async function throughThePort(store: FileStore): Promise<BenchRow> {
  const port: FileStore = {
    bucket: store.bucket,
    list: (request) => store.list(request),
    head: (key, options) => store.head(key, options),
    read: (key, options) => store.read(key, options),
    put: (key, body, options) => store.put(key, body, options),
    delete: (key, options) => store.delete(key, options),
  };
  const { seconds, bytes } = await search(port, CASES[0]!.request);
  return { name: 'a literal, every file through the store', value: bytes / seconds / 1e6, unit: 'MB/s' };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRows(await run());
