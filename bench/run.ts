/**
 * `npm run bench`: every benchmark, one after the other, into bench/results.md. Figures are medians of interleaved
 * rounds; what counts is the ratio to somebody else's program in the same run, for absolute figures do not travel.
 *
 *   npm run bench                     all of them; writes results.md
 *   npm run bench -- startup upload   only these; prints
 *   npm run bench -- -soak            all but this, which takes ten minutes; prints
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BenchRow, figure, rowText } from './bench-row.ts';

interface Bench {
  title: string;
  /** What is compared with what, in a sentence. */
  about: string;
  load: () => Promise<{ run: () => Promise<BenchRow[]> }>;
}

const BENCHES: Record<string, Bench> = {
  startup: {
    title: 'Start-up',
    about: 'Whole processes, as multiples of `node -e 0` on the same Node.',
    load: () => import('./startup.ts'),
  },
  template: {
    title: 'Composing and judging the template',
    about:
      "Whole processes, as multiples of `node -e 0`. AWS's validator is no part of the product: it is asked where it is installed.",
    load: () => import('./template.ts'),
  },
  upload: {
    title: 'Upload',
    about: 'One file of 1 GB into a local bucket, beside coreutils: `cp` followed by `sha256sum`.',
    load: () => import('./upload.ts'),
  },
  'upload-s3': {
    title: 'Upload to S3',
    about: 'A thousand small files, and one of 2 GB, into a bucket of versitygw, beside `aws s3 cp`.',
    load: () => import('./upload-s3.ts'),
  },
  'file-read': {
    title: 'Reading a file over HTTP',
    about: '100 MB from a folder, beside a bare `node:http` server that pipes a file stream.',
    load: () => import('./file-read.ts'),
  },
  'line-index': {
    title: 'A line far inside a large file',
    about:
      '`read_file` of line 5,000,000 of a file of 1 GB, before and after the server has learned where lines begin.',
    load: () => import('./line-index.ts'),
  },
  logs: {
    title: 'The log of a stage on AWS',
    about:
      '`logs` over 100,000 events, and over three times as many, in pages as CloudWatch Logs gives them, from a server ' +
      'on loopback.',
    load: () => import('./logs.ts'),
  },
  destroy: {
    title: 'Destroying a stage on AWS',
    about:
      '10,000 versions in a bucket, and ten times as many beside botocore that does nothing but delete them, a page after ' +
      'the other; the bucket is in memory, the stacks are in MiniStack.',
    load: () => import('./destroy.ts'),
  },
  search: {
    title: 'Search inside files',
    about: '`search_files` over 10,000 files and 1 GB, beside `grep -r`; both have the files in memory.',
    load: () => import('./search.ts'),
  },
  'summarize-cached': {
    title: 'Cached summaries',
    about:
      '`POST /summarize` from the cache, beside a bare Express handler with the same middleware and writer.',
    load: () => import('./summarize-cached.ts'),
  },
  mcp: {
    title: 'MCP over HTTP',
    about:
      'A file of 2 KB read by `tools/call`, and `tools/list`, with 16 connections, beside the servers of both libraries ' +
      'and a bare Express handler with the same middleware.',
    load: () => import('./mcp.ts'),
  },
  'mcp-s3': {
    title: 'MCP over HTTP, files on S3',
    about: 'The same call over an S3 server, beside a server that answers with one GetObject.',
    load: () => import('./mcp-s3.ts'),
  },
  bridge: {
    title: 'MCP over standard input and output',
    about: '`bridge --local` reading a file of 2 KB, beside @modelcontextprotocol/server-filesystem.',
    load: () => import('./bridge.ts'),
  },
  'extractive-speed': {
    title: 'The embedded summarizer: speed',
    about: 'Text of 10 KB to 1 GB, and 1 MB beside node-sumbasic, the fastest npm summarizer that finishes.',
    load: () => import('./extractive-speed.ts'),
  },
  soak: {
    title: 'Soak',
    about:
      'The built server under the mixed load of fifty clients, some of which vanish, over a storage and a model that ' +
      'fail by chance.',
    load: () => import('./soak.ts'),
  },
};

const RESULTS = fileURLToPath(new URL('results.md', import.meta.url));

const words = process.argv.slice(2);
const unknown = words.filter((word) => BENCHES[word.replace(/^-/, '')] === undefined);
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}\nThere are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

const named = words.filter((word) => !word.startsWith('-'));
const chosen = (named.length > 0 ? named : Object.keys(BENCHES)).filter(
  (name) => !words.includes(`-${name}`),
);

const sections: string[] = [];
let missed = 0;
for (const name of chosen) {
  const { title, about, load } = BENCHES[name]!;
  console.log(`== ${title}`);
  const rows = await (await load()).run();
  for (const row of rows) console.log(`   ${rowText(row)}`);
  missed += rows.filter(({ ok }) => ok === false).length;
  sections.push([`## ${title}`, '', about, '', ...table(rows), ''].join('\n'));
}
if (words.length === 0) writeFileSync(RESULTS, [...heading(), ...sections].join('\n'));
console.log(missed === 0 ? 'Every target was reached.' : `${missed} targets were missed.`);
process.exitCode = missed === 0 ? 0 : 1;

function table(rows: BenchRow[]): string[] {
  const line = ({ name, value, unit, target = '', ok }: BenchRow) =>
    `| ${name} | ${figure(value)} ${unit} | ${target}${ok === undefined ? '' : ok ? ', reached' : ', **missed**'} |`;
  return ['| what | figure | target |', '|---|---:|---|', ...rows.map(line)];
}

function heading(): string[] {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [cpu] = os.cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return [
    '# Results of `npm run bench`',
    '',
    `mcp-s3 ${version} (${commit}), ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ` +
      `${os.type()} ${os.release()}, ${os.cpus().length} cores of ${cpu?.model.trim()}, ` +
      `${Math.round(os.totalmem() / 1e9)} GB of memory. A shared machine: read the ratios, not the absolute figures.`,
    '',
  ];
}
