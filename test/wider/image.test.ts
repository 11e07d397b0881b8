import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { expect } from 'chai';
import { Agent } from 'undici';
import { GivenImage } from '../../src/image/given-image.ts';
import { HttpRegistry } from '../../src/image/http-registry.ts';
import { OwnImage } from '../../src/image/own-image.ts';
import { parseReference } from '../../src/image/reference.ts';

const exec = promisify(execFile);
const REGISTRY = process.env.MCP_S3_TEST_REGISTRY!;
const BASE = process.env.MCP_S3_TEST_IMAGE_BASE!;
const PLATFORM = 'linux/amd64';
/** Seconds that a task has to stop in. */
const STOP_SECONDS = 10;

/** The image by our own code, buildah and a registry on this machine. */
describe('the image', function () {
  this.timeout(300_000);
  const dispatcher = new Agent();
  const { signal } = new AbortController();
  const uri = `${REGISTRY}/mcp-dev`;
  const lines: string[] = [];
  let folder: string;
  let image: { uri: string };
  const registryAt = (at: ReturnType<typeof parseReference>) => new HttpRegistry(at, dispatcher);
  /** Only buildah: a docker without its daemon is passed over elsewhere. */
  const own = (platform = PLATFORM) =>
    new OwnImage({
      folder: process.cwd(),
      version: '1.2.3',
      platform,
      repository: { uri, registry: registryAt(parseReference(uri)) },
      login: async () => undefined,
      env: process.env,
    });
  const buildah = async (...args: string[]) =>
    (await exec('buildah', args, { maxBuffer: 2 ** 26 })).stdout.trim();
  const inspect = async (...args: string[]) =>
    JSON.parse(
      (await exec('skopeo', ['inspect', '--tls-verify=false', ...args, `docker://${image.uri}`])).stdout,
    );

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-image-'));
    expect(await own().find(signal)).to.equal(undefined);
    image = await own().make((line) => lines.push(line), signal);
  });
  after(async () => {
    await dispatcher.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is pushed, and known by the digest that the registry has', async () => {
    expect(image.uri).to.match(/^127\.0\.0\.1:\d+\/mcp-dev@sha256:[0-9a-f]{64}$/);
    const { Digest, Os, Architecture } = await inspect();
    expect(`${uri}@${Digest}`).to.equal(image.uri);
    expect(`${Os}/${Architecture}`).to.equal(PLATFORM);
  });

  it('is found the second time, and then needs no builder', async () => {
    const source = own();
    // Nothing on the PATH can build.
    Object.assign(source, { options: { ...Reflect.get(source, 'options'), env: { PATH: '/nowhere' } } });
    expect(await source.find(signal)).to.deep.equal(image);
  });

  it('is refused for another platform, and where there is none of that name', async () => {
    const digest = image.uri.split('@')[1];
    const refused = async (named: string, platform: string) => {
      const error = await new GivenImage(named, platform, registryAt).find(signal).then(
        () => undefined,
        (thrown) => thrown,
      );
      return error?.message;
    };
    expect(await refused(`${uri}@${digest}`, 'linux/arm64')).to.match(
      /is for linux\/amd64, and tasks run on linux\/arm64$/,
    );
    expect(await refused(`${uri}:no-such-tag`, PLATFORM)).to.match(/has no image .*:no-such-tag$/);
    expect(await refused(`${REGISTRY}/nothing:1`, PLATFORM)).to.match(/has no image /);
  });

  it('has little more than its base, nothing that runs at its build, and no user who may do much', async () => {
    const config = await inspect('--config');
    expect(config.config.User).to.equal('65532:65532');
    expect(config.config.Cmd).to.deep.equal(['dist/server/main.js']);
    const { layers } = await inspect('--raw');
    const sizes = layers.map(({ size }: { size: number }) => size);
    const ours = sizes.slice(1).reduce((sum: number, size: number) => sum + size, 0);
    // The real base holds this Node and more, so it is larger than this.
    const node = await compressedSize(await nodeProgram());
    expect(ours / node).to.be.below(0.05);
    const dockerfile = await readFile('Dockerfile', 'utf8');
    expect(dockerfile.slice(dockerfile.lastIndexOf('FROM '))).not.to.match(/^RUN /m);
  });

  it('serves with a read-only root as a user without rights, and stops in time', async () => {
    const container = await buildah(
      'from',
      '--pull-never',
      '--name',
      `run-${process.pid}`,
      `${uri}:${await tagOf()}`,
    );
    const root = await buildah('mount', container);
    const files = path.join(root, 'files');
    await mkdir(files, { recursive: true });
    await writeFile(path.join(files, 'a.txt'), 'The harbour was closed on Monday. It opens on Thursday.\n');
    const port = await freePort();
    const { config } = await inspect('--config');
    const env = Object.fromEntries(config.Env.map((entry: string) => entry.split(/=(.*)/s).slice(0, 2)));
    // As a task is started: the image's own entrypoint, its user, a root that nobody can write to, and /tmp.
    const script = `set -e
      mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"
      mount -t proc proc "$1/proc"; mount -t tmpfs -o size=64m,mode=1777 tmpfs "$1/tmp"
      shift; exec "$@"`;
    const program = ['chroot', '--userspec=65532:65532', root, ...config.Entrypoint];
    const main = path.posix.join(config.WorkingDir, config.Cmd[0]);
    const child = spawn(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', root, ...program, main],
      {
        env: {
          ...env,
          MCP_S3_FOLDER: '/files',
          MCP_S3_CACHE_FOLDER: '/tmp/cache',
          MCP_S3_HOST: '127.0.0.1',
          MCP_S3_PORT: String(port),
          MCP_S3_DRAIN_GRACE_SECONDS: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    try {
      const url = `http://127.0.0.1:${port}`;
      for (let tries = 0; ; tries++) {
        const answer = await fetch(`${url}/health`).catch(() => undefined);
        if (answer?.ok) break;
        if (tries > 300 || child.exitCode !== null) throw new Error(output);
        await sleep(100);
      }
      const answer = await fetch(`${url}/summarize`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file_key: 'a.txt' }),
      });
      expect(answer.status, output).to.equal(200);
      expect((await answer.json()).summary).to.include('harbour');
      const uid = /^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))![1];
      expect(uid).to.equal('65532');
      const closed = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await Promise.race([closed, sleep(STOP_SECONDS * 1000, ['late'])]);
      expect(code, output).to.equal(0);
    } finally {
      child.kill('SIGKILL');
      await buildah('rm', container);
    }
  });

  it('says in the failure what the builder said', async () => {
    const source = own();
    const base = `${REGISTRY}/no-such-base:1`;
    Object.assign(source, {
      options: { ...Reflect.get(source, 'options'), env: { ...process.env, MCP_S3_NODE_IMAGE: base } },
    });
    const error = await source
      .make(() => undefined, signal)
      .then(
        () => undefined,
        (thrown) => thrown as Error,
      );
    expect(error?.message)
      .to.match(/^\w+ could not build the image:\n/)
      .and.include(base);
  });

  async function nodeProgram(): Promise<string> {
    const container = await buildah('from', '--pull-never', BASE);
    return path.join(await buildah('mount', container), 'nodejs', 'bin', 'node');
  }

  async function tagOf(): Promise<string> {
    const { RepoTags } = await inspect();
    return RepoTags[0];
  }
});

async function compressedSize(file: string): Promise<number> {
  let size = 0;
  for await (const chunk of createReadStream(file).pipe(createGzip())) size += chunk.length;
  return size;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
