/**
 * Tools of the wider lanes, each installed once into .cache/lanes and pinned, so that two runs judge alike. What the
 * machine itself must bring is npm, python3 with venv, and go.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CACHE = path.join(ROOT, '.cache', 'lanes');

/** A lane cannot run on this machine. The message says what is missing. */
export class Unavailable extends Error {}

/** Installs into a fresh folder of the cache unless that was done before, and returns the folder. */
export async function once(name, install) {
  const folder = path.join(CACHE, name.replace(/[^\w.=-]+/g, '_'));
  const done = path.join(folder, '.installed');
  if (
    await access(done).then(
      () => true,
      () => false,
    )
  )
    return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await install(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const said = `${error.stderr ?? ''}`.trim().split('\n').slice(-3).join(' ');
    throw new Unavailable(`${name} could not be installed: ${said || error.message}`);
  }
  await writeFile(done, '');
  return folder;
}

/** Programs of PyPI packages in a virtual environment of their own. Returns the folder of the programs. */
export async function pythonTools(...packages) {
  const folder = await once(`python-${packages.join('+')}`, async (target) => {
    await exec('python3', ['-m', 'venv', target]);
    await exec(path.join(target, 'bin', 'pip'), ['install', '--quiet', ...packages]);
  });
  return path.join(folder, 'bin');
}

/** A Go program, `module/path@version`. Returns the program's path. */
export async function goTool(module) {
  const name = path.posix.basename(module.split('@')[0]);
  const folder = await once(`go-${module}`, async (target) => {
    await exec('go', ['install', module], { env: { ...process.env, GOBIN: target }, maxBuffer: 2 ** 26 });
  });
  return path.join(folder, name);
}

/** An npm package outside the product's own dependencies. Returns the package's folder. */
export async function npmPackage(name, version) {
  const folder = await once(`npm-${name}@${version}`, async (target) => {
    // A package.json of its own, or npm would climb to the product's.
    await writeFile(path.join(target, 'package.json'), '{"private":true}');
    const npm = [
      'install',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--loglevel=error',
      `${name}@${version}`,
    ];
    await exec('npm', npm, { cwd: target });
  });
  return path.join(folder, 'node_modules', name);
}

/** A new empty folder of the cache for a server's data. */
export async function emptyFolder(name) {
  const folder = path.join(CACHE, 'data', name);
  const old = `${folder}.${process.pid}.old`;
  await rename(folder, old).catch(() => {});
  await rm(old, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}
