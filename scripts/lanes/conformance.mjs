import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startBuilt } from './built-server.mjs';
import { sum } from './checks.mjs';
import { CHECKS_NOT_APPLICABLE, HOLLOW, NEEDS_SESSION, NOT_APPLICABLE } from './conformance-exceptions.mjs';
import { freePort, startServer } from './server.mjs';
import { emptyFolder, npmPackage, ROOT } from './tools.mjs';

const SUITE = '@modelcontextprotocol/conformance';

/** The check of every message against the protocol's own schema. */
const WELL_FORMED = 'wire-schema-valid';

/** Each release brings its own reading of the protocol: all of them are asked. */
const RUNS = [
  { version: '0.1.13', options: [] },
  { version: '0.1.16', options: [] },
  { version: '0.2.0-alpha.12', options: ['--spec-version', '2025-11-25'] },
  { version: '0.2.0-alpha.12', options: ['--spec-version', '2026-07-28'] },
];

/** Scenarios that need no fixture: they are run against the product as it is built too. */
const ANY_SERVER = [
  'server-initialize',
  'server-stateless',
  'ping',
  'tools-list',
  'resources-list',
  'prompts-list',
  'dns-rebinding-protection',
  'caching',
  'http-header-validation',
  'sep-2164-resource-not-found',
];

/**
 * The official suites against a server with their fixture tools, and against the built `mcp-s3 dev`. A scenario is one
 * test, unless conformance-exceptions.mjs gives the reason why it does not apply.
 *
 * @param node a Node of 22 or later, which the suites need
 */
export async function conformance(node) {
  const folder = await emptyFolder('conformance');
  await writeFile(path.join(folder, 'a.txt'), 'A text.\n');
  const seen = { scenarios: new Set(), checks: new Set(), leftOut: new Set() };
  const results = [];
  for (const target of [fixtureServer, builtServer]) {
    const { server, url } = await target(folder);
    try {
      for (const { version, options } of RUNS) {
        const suite = path.join(await npmPackage(SUITE, version), 'dist/index.js');
        const title = [target.name, version, ...options.slice(1)].join(' ');
        const scenarios = await runSuite(node, suite, url, options);
        const meant =
          target === builtServer ? scenarios.filter(({ name }) => ANY_SERVER.includes(name)) : scenarios;
        results.push(...meant.map((scenario) => judge(scenario, title, seen)));
      }
    } finally {
      await server.end();
    }
  }
  console.log(`   ${seen.scenarios.size} scenarios, of which ${seen.leftOut.size} do not apply`);
  return sum([...results, ...stale(seen)]);
}

async function fixtureServer(folder) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['--import', 'tsx/esm', 'test/support/conformance-server.ts', String(port), folder];
  const how = { cwd: ROOT, url: `${url}/health` };
  return { server: await startServer('conformance', process.execPath, args, how), url };
}

/** The suites can send no key. */
function builtServer(folder) {
  return startBuilt('conformance-dev', folder, { auth: false });
}

/** All scenarios of a suite with their checks. */
async function runSuite(node, suite, url, options) {
  const output = await emptyFolder('conformance-results');
  const args = [suite, 'server', '--url', `${url}/mcp`, '--suite', 'all', '-o', output, ...options];
  // Its exit code says that something failed, which is for us to judge.
  const printed = await new Promise((resolve) => {
    execFile(node, args, { maxBuffer: 2 ** 26, timeout: 300_000 }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });
  const summary = printed.split('=== SUMMARY ===')[1];
  if (summary === undefined) throw new Error(`${suite} did not come to its end:\n${printed.slice(-2000)}`);
  const names = [...summary.matchAll(/^[✓✗] ([\w-]+):/gm)].map((match) => match[1]);
  const folders = await readdir(output);
  return Promise.all(
    names.map(async (name) => {
      const folder = folders.find((found) => /^server-(.+)-\d{4}-\d\d-\d\dT/.exec(found)?.[1] === name);
      const file = folder && path.join(output, folder, 'checks.json');
      return { name, checks: file ? JSON.parse(await readFile(file, 'utf8')) : [] };
    }),
  );
}

function judge({ name, checks }, title, seen) {
  const none = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const fail = (why) => ({ ...none, failed: 1, failures: [`${title}: ${name}: ${why}`] });
  const leaveOut = () => {
    seen.leftOut.add(name);
    return none;
  };
  seen.scenarios.add(name);
  const failed = checks.filter(({ status }) => status === 'FAILURE');
  // That what was said is well-formed is no proof of what the scenario is about.
  const proofs = checks.filter(({ status, id }) => status === 'SUCCESS' && id !== WELL_FORMED);
  const illFormed = failed.find(({ id }) => id === WELL_FORMED);
  if (illFormed) return fail(illFormed.errorMessage);
  if (name in HOLLOW) return leaveOut();
  if (name in NOT_APPLICABLE) {
    const passes = failed.length === 0 && proofs.length > 0;
    return passes ? fail('passes, but is listed as not applicable') : leaveOut();
  }
  for (const { id } of failed) if (id in CHECKS_NOT_APPLICABLE) seen.checks.add(id);
  const wrong = failed.filter(({ id, errorMessage }) => {
    // Without fixtures some checks of a scenario have nothing to ask.
    const asks = title.startsWith(fixtureServer.name) || !/^Not testable: /.test(errorMessage);
    return asks && !(id in CHECKS_NOT_APPLICABLE);
  });
  if (wrong.length > 0) return fail(wrong.map(({ id, errorMessage }) => `${id}: ${errorMessage}`).join('\n'));
  if (proofs.length > 0) return { ...none, passed: 1 };
  return name in NEEDS_SESSION ? none : fail('nothing was checked');
}

function stale({ scenarios, checks }) {
  const unseen = [
    ...Object.keys({ ...NOT_APPLICABLE, ...HOLLOW }).filter((name) => !scenarios.has(name)),
    ...Object.keys(CHECKS_NOT_APPLICABLE).filter((id) => !checks.has(id)),
  ];
  return unseen.map((name) => ({
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`conformance-exceptions.mjs: ${name} is stale: no suite has it, or it passes`],
  }));
}
