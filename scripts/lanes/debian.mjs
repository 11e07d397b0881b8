import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { once, Unavailable } from './tools.mjs';

const exec = promisify(execFile);
const QUIET = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 2 ** 26 };

export async function has(program) {
  return exec('which', [program]).then(
    () => true,
    () => false,
  );
}

let updated;

/** Lists of packages: an image of a machine may come without. */
function update() {
  updated ??= exec('apt-get', ['update', '-qq'], QUIET);
  return updated;
}

/** Installs programs of Debian's that are not there, each from the package of its name. Needs root. */
export async function installed(programs) {
  const missing = [];
  for (const program of programs) if (!(await has(program))) missing.push(program);
  if (missing.length === 0) return;
  if (!(await has('apt-get'))) throw new Unavailable(`needs ${missing.join(', ')}, or apt to install them`);
  try {
    await update();
    await exec('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], QUIET);
  } catch (error) {
    throw new Unavailable(`apt could not install ${missing.join(', ')}: ${lastLine(error)}`);
  }
}

/** Files of Debian packages, unpacked into the cache and not installed: nothing of the machine changes. */
export async function debian(...packages) {
  return await once(`debian-${packages.join('+')}`, async (target) => {
    const download = () => exec('apt-get', ['download', '-qq', ...packages], { ...QUIET, cwd: target });
    await download().catch(async () => {
      await update();
      await download();
    });
    const files = (await readdir(target)).filter((name) => name.endsWith('.deb'));
    // Its links between folders are there before the files of the others.
    files.sort((a, b) => Number(b.startsWith('base-files_')) - Number(a.startsWith('base-files_')));
    for (const file of files) await exec('dpkg-deb', ['-x', path.join(target, file), target]);
  });
}

function lastLine({ stderr, message }) {
  return `${stderr ?? ''}`.trim().split('\n').at(-1) || message;
}
