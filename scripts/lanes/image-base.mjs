import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { debian } from './debian.mjs';
import { npmPackage, once } from './tools.mjs';

const exec = promisify(execFile);

/** As the Dockerfile calls its base. */
const NAME = 'distroless/nodejs24-debian13:nonroot';

/** What the real base is made of, besides Node (distroless, "nodejs" and "cc"); no shell, no package manager. */
const PACKAGES = ['base-files', 'ca-certificates', 'libc6', 'libgcc-s1', 'libstdc++6', 'netbase', 'tzdata'];

/**
 * Puts a stand-in for the Dockerfile's base image into the registry, for both platforms: the machine's own can run, the
 * other one holds nothing.
 * @returns its name there, the platforms, and the Node that it holds
 */
export async function baseImage(env, registry) {
  const own = process.arch === 'x64' ? 'amd64' : 'arm64';
  const other = own === 'amd64' ? 'arm64' : 'amd64';
  const { root, node } = await fileSystem();
  const empty = await once('image-base-empty', async (folder) => {
    await mkdir(path.join(folder, 'nodejs'));
  });
  const buildah = async (...args) => (await exec('buildah', args, { env, maxBuffer: 2 ** 26 })).stdout.trim();
  for (const [architecture, folder] of [
    [own, root],
    [other, empty],
  ]) {
    const container = await buildah('from', '--arch', architecture, 'scratch');
    await buildah('copy', '--quiet', container, folder, '/');
    await buildah('config', '--arch', architecture, '--user', '65532', container);
    await buildah('commit', '--quiet', '--rm', '--manifest', 'base', container);
  }
  const name = `${registry}/${NAME}`;
  await buildah('manifest', 'push', '--all', '--tls-verify=false', 'base', `docker://${name}`);
  // Builders get it from the registry, as they would the real one.
  await buildah('rmi', '--all');
  return { base: name, platform: `linux/${own}`, otherPlatform: `linux/${other}`, node };
}

async function fileSystem() {
  const libraries = await debian(...PACKAGES);
  const program = path.join(await npmPackage(`node-linux-${process.arch}`, '24'), 'bin', 'node');
  const folder = await once('image-base-root', async (target) => {
    const root = path.join(target, 'root');
    await cp(libraries, root, { recursive: true, verbatimSymlinks: true });
    for (const name of await readdir(root)) {
      if (name.endsWith('.deb') || name === '.installed') await rm(path.join(root, name));
    }
    for (const name of ['dev', 'proc', 'tmp', 'nodejs/bin']) {
      await mkdir(path.join(root, name), { recursive: true });
    }
    await copyFile(program, path.join(root, 'nodejs/bin/node'));
    await chmod(path.join(root, 'nodejs/bin/node'), 0o755);
    const users = [
      'root:x:0:0:root:/root:/sbin/nologin',
      'nonroot:x:65532:65532::/home/nonroot:/sbin/nologin',
    ];
    await writeFile(path.join(root, 'etc/passwd'), `${users.join('\n')}\n`);
  });
  return { root: path.join(folder, 'root'), node: program };
}
