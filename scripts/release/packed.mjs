import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Packs the checkout and installs the tarball into an empty folder, as somebody does who has nothing else. */
export async function installPacked(root) {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-release-'));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { stdout } = await exec('npm', ['pack', '--json', '--pack-destination', folder, ...quiet], {
    cwd: root,
  });
  const [{ filename, size, unpackedSize }] = JSON.parse(stdout);
  await writeFile(path.join(folder, 'package.json'), '{"private":true}');
  await exec('npm', ['install', `./${filename}`, ...quiet], { cwd: folder, maxBuffer: 2 ** 26 });
  return {
    size,
    unpackedSize,
    entry: path.join(folder, 'node_modules/mcp-s3/bin/run.js'),
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What everybody does first, by the Node given. @throws what went wrong */
export async function runPacked({ entry, folder }, node, version) {
  const home = await mkdtemp(path.join(folder, 'home-'));
  const work = path.join(home, 'work');
  await mkdir(work);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    MCP_S3_STATE_DIR: path.join(home, 'state'),
  };
  const run = async (...args) => (await exec(node, [entry, ...args], { cwd: work, env })).stdout;
  const expect = (title, text, part) => {
    if (!text.includes(part)) throw new Error(`${title} says ${JSON.stringify(text.slice(0, 300))}`);
  };
  expect('--version', await run('--version'), `mcp-s3/${version} `);
  expect('--help', await run('--help'), 'summarize');
  expect('deploy --help', await run('deploy', '--help'), '--dry-run');
  expect('template', await run('template'), 'AWSTemplateFormatVersion');
  const text = 'The harbour master counts the boats. The green book holds the numbers.\n\n'.repeat(20);
  await writeFile(path.join(work, 'harbour.txt'), text);
  const summary = await run('summarize', 'harbour.txt', '--upload', '--local', '--json');
  expect('summarize', JSON.parse(summary).summary, 'harbour');
  const report = JSON.parse(await run('verify', '--local', '--json'));
  if (!report.passed) throw new Error(`verify --local: ${JSON.stringify(report.counts)}`);
}
