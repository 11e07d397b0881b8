import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { check } from './checks.mjs';
import { debian, installed } from './debian.mjs';
import { startDocker } from './docker-engine.mjs';
import { baseImage } from './image-base.mjs';
import { mocha } from './mocha.mjs';
import { freePort, startServer } from './server.mjs';
import { emptyFolder, pythonTools, Unavailable } from './tools.mjs';

/**
 * Our own code builds the image with every builder that there is for this machine, each for both platforms, and pushes
 * it to a registry on loopback; then it is looked at and started. No Docker engine needs to be installed.
 */
export async function image() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Unavailable('needs Linux on x64 or arm64');
  }
  if (process.getuid?.() !== 0) throw new Unavailable('needs root: it mounts file systems');
  await installed(['buildah', 'docker-registry', 'skopeo']);
  const folder = await emptyFolder('image');
  const port = await freePort();
  const registry = `127.0.0.1:${port}`;
  const env = await ownStorage(folder, registry);
  const running = [await startRegistry(folder, port)];
  try {
    const base = await baseImage({ ...process.env, ...env }, registry);
    const docker = await startDocker(folder);
    if (docker.end) running.push(docker);
    const builders = [
      { name: 'buildah', ...(await onlyOnPath(folder, 'buildah', '/usr/bin/buildah')) },
      await podman(folder),
      ...(await dockers(folder, docker)),
    ];
    const about = { registry, builders, ...base };
    return await mocha('image', ['test/wider/image*.test.ts'], {
      env: {
        ...env,
        MCP_S3_TEST_IMAGE: JSON.stringify(about),
        MCP_S3_TEST_MINISTACK: path.join(await pythonTools('ministack==1.5.33'), 'ministack'),
      },
      limit: 15 * 60_000,
    });
  } finally {
    for (const server of running.reverse()) await server.end();
  }
}

/** Images of this lane's own, beside those that the machine may have; the Dockerfile's base comes from our registry. */
async function ownStorage(folder, registry) {
  const at = (name) => path.join(folder, name);
  const storage = ['graph', 'run'].map((name) => `${name}root = ${JSON.stringify(at(name))}\n`).join('');
  const places = [
    ['gcr.io/distroless', `${registry}/distroless`],
    [registry, registry],
  ];
  const registries = places.map(
    ([prefix, location]) => `[[registry]]\nprefix = "${prefix}"\nlocation = "${location}"\ninsecure = true\n`,
  );
  await writeFile(at('registries.conf'), registries.join('\n'));
  const env = {
    CONTAINERS_STORAGE_CONF: at('storage.conf'),
    CONTAINERS_REGISTRIES_CONF: at('registries.conf'),
  };
  // Inside a container, one layered file system does not always stand upon another.
  for (const driver of ['overlay', 'vfs']) {
    await writeFile(env.CONTAINERS_STORAGE_CONF, `[storage]\ndriver = "${driver}"\n${storage}`);
    if ((await check('buildah', 'buildah', ['info'], { env: { ...process.env, ...env } })).passed) break;
  }
  return env;
}

async function startRegistry(folder, port) {
  const config = path.join(folder, 'registry.yml');
  const store = path.join(folder, 'registry');
  await writeFile(
    config,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${store}\nhttp:\n  addr: 127.0.0.1:${port}\n`,
  );
  const url = `http://127.0.0.1:${port}/v2/`;
  return await startServer('image-registry', 'docker-registry', ['serve', config], { url });
}

/** A PATH with one builder, which writes what it was started with to the file $MCP_S3_TEST_SEEN. */
async function onlyOnPath(folder, name, program, env = {}) {
  const bin = path.join(folder, `bin-${name}`);
  await mkdir(bin, { recursive: true });
  const note = `{ printf '%s\\n' "$@"; /usr/bin/env; } >> "\${MCP_S3_TEST_SEEN:-/dev/null}"`;
  await writeFile(path.join(bin, name), `#!/bin/sh\n${note}\nexec ${program} "$@"\n`);
  await chmod(path.join(bin, name), 0o755);
  return { env: { ...env, PATH: bin } };
}

/** Unpacked and not installed, it lacks libraries where buildah does not bring them. */
async function podman(folder) {
  const files = await debian('podman').catch(() => undefined);
  if (files === undefined) return { name: 'podman', missing: "Debian's podman is not to be had" };
  const program = path.join(files, 'usr/bin/podman');
  const { passed, failures } = await check('podman', program, ['--version']);
  if (!passed) return { name: 'podman', missing: failures[0] };
  return { name: 'podman', ...(await onlyOnPath(folder, 'podman', program, { HOME: folder })) };
}

/** Docker with BuildKit, and as distributions have it: without. */
async function dockers(folder, { socket, program, missing }) {
  if (socket === undefined) return [{ name: 'docker', missing }];
  const found = await onlyOnPath(folder, 'docker', program, { DOCKER_HOST: `unix://${socket}` });
  return ['0', '1'].map((DOCKER_BUILDKIT) => ({
    name: `docker with${DOCKER_BUILDKIT === '1' ? '' : 'out'} BuildKit`,
    env: { ...found.env, DOCKER_BUILDKIT },
  }));
}
