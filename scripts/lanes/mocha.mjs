import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { startGroup } from './server.mjs';
import { CACHE, ROOT } from './tools.mjs';

const MINUTES = 60_000;

/**
 * Runs mocha.
 * @param files paths or patterns relative to the repository
 * @param options.node the Node to run on; it is also the `node` of the tests' own children
 * @returns counts and one text for each failure
 */
export async function mocha(name, files, { node = process.execPath, env = {}, limit = 8 * MINUTES } = {}) {
  await mkdir(CACHE, { recursive: true });
  const results = path.join(CACHE, `${name}.json`);
  await rm(results, { force: true });
  const args = [
    path.join(ROOT, 'node_modules/mocha/bin/mocha.js'),
    '--reporter=json',
    `--reporter-option=output=${results}`,
    ...files,
  ];
  const PATH = `${path.dirname(node)}${path.delimiter}${process.env.PATH}`;
  const child = startGroup(node, args, {
    cwd: ROOT,
    env: { ...process.env, ...env, PATH, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-20_000)));
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void child.end();
  }, limit);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (late) return broken(`no end within ${limit / MINUTES} minutes`, output);
  const written = await readFile(results, 'utf8').then(JSON.parse, () => undefined);
  if (!written) return broken(`mocha ended with ${code} and no results`, output);
  const { passes: passed, failures: failed, pending: skipped, tests } = written.stats;
  if (tests === 0) return broken('no test ran', output);
  const failures = written.failures.map(
    ({ fullTitle, err }) => `${fullTitle}\n${err.stack ?? err.message ?? ''}`,
  );
  if (code !== 0 && failed === 0)
    return { passed, failed: 1, skipped, failures: [`mocha ended with ${code}\n${output}`] };
  return { passed, failed, skipped, failures };
}

function broken(why, output) {
  return { passed: 0, failed: 1, skipped: 0, failures: [`${why}\n${output.slice(-3000)}`] };
}
