import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { expect } from 'chai';
import { Agent } from 'undici';
import { GivenImage } from '../../src/image/given-image.ts';
import { HttpRegistry } from '../../src/image/http-registry.ts';
import { parseReference } from '../../src/image/reference.ts';
import { freePort } from '../support/free-port.ts';
import { imageLane, inspect, mounted, ownImage } from '../support/image/lane.ts';
import { RunningImage } from '../support/image/running-image.ts';
import { startS3Server } from '../support/s3-server/server.ts';

/** Seconds that a task has to stop in. */
const STOP_SECONDS = 10;
const BUILDER_KINDS = ['buildah', 'podman', 'docker'];

/** The image by our own code, real builders and a registry on this machine. */
describe('the image', function () {
  this.timeout(300_000);
  const { registry, base, builders, platform, otherPlatform, node } = imageLane();
  const dispatcher = new Agent();
  const { signal } = new AbortController();
  const at = (name: string) => {
    const uri = `${registry}/${name}`;
    return { uri, registry: new HttpRegistry(parseReference(uri), dispatcher) };
  };
  const quiet = () => undefined;
  const first = () => ownImage(builders[0]!, at('mcp-dev'), platform);
  let image: { uri: string };

  before(async () => {
    expect(await first().find(signal)).to.equal(undefined);
    image = await first().make(quiet, signal);
  });
  after(() => dispatcher.close());

  for (const kind of BUILDER_KINDS) {
    for (const builder of builders.filter(({ name }) => name.startsWith(kind))) {
      it(`is built for both platforms by ${builder.name}, and pushed`, async function () {
        if (builder.missing !== undefined) this.skip();
        const repository = at(`by-${builder.name.toLowerCase().replaceAll(' ', '-')}`);
        for (const wanted of [platform, otherPlatform, platform]) {
          const lines: string[] = [];
          const own = ownImage(builder, repository, wanted);
          const { uri } = (await own.find(signal)) ?? (await own.make((line) => lines.push(line), signal));
          const { Digest, Os, Architecture } = await inspect(uri);
          expect(`${repository.uri}@${Digest}`).to.equal(uri);
          expect(`${Os}/${Architecture}`).to.equal(wanted);
          const { config } = await inspect(uri, '--config', '--raw');
          expect(config.Healthcheck.Test.slice(0, 2)).to.deep.equal(['CMD', '/nodejs/bin/node']);
          expect(lines.join('\n')).not.to.match(/\x1b|\r/);
        }
      });
    }
  }

  it('is found the second time, and then needs no builder', async () => {
    const source = ownImage({ env: { PATH: '/nowhere' } }, at('mcp-dev'), platform);
    expect(await source.find(signal)).to.deep.equal(image);
  });

  it('is not there yet for the other platform, which is what its tag says', async () => {
    expect(await ownImage(builders[0]!, at('mcp-dev'), otherPlatform).find(signal)).to.equal(undefined);
  });

  it('is refused for another platform, and where there is none of that name', async () => {
    const registryAt = (reference: ReturnType<typeof parseReference>) =>
      new HttpRegistry(reference, dispatcher);
    const find = (uri: string, wanted: string) => new GivenImage(uri, wanted, registryAt).find(signal);
    const refused = (uri: string, wanted: string) => messageOf(find(uri, wanted));
    expect(await refused(image.uri, otherPlatform)).to.equal(
      `the image ${image.uri} is for ${platform}, and tasks run on ${otherPlatform}`,
    );
    expect(await refused(`${registry}/mcp-dev:no-such-tag`, platform)).to.match(
      /has no image .*:no-such-tag$/,
    );
    expect(await refused(`${registry}/nothing:1`, platform)).to.match(/has no image /);
    // An index of both, as bases are published.
    for (const wanted of [platform, otherPlatform]) {
      expect((await find(base, wanted)).uri).to.match(/nonroot@|@sha256:[0-9a-f]{64}$/);
    }
    expect(await refused(base, 'windows/amd64')).to.match(
      /is for .*linux\/arm64.*, and tasks run on windows/,
    );
  });

  it('has little more than its base, and a user who may do little', async () => {
    const { config } = await inspect(image.uri, '--config', '--raw');
    expect(config.User).to.equal('65532:65532');
    expect(config.Cmd).to.deep.equal(['dist/server/main.js']);
    expect(config.ExposedPorts).to.have.all.keys('8080/tcp');
    const inBase = (await inspect(`${base}`)).Layers.length;
    const { layers } = await inspect(image.uri, '--raw');
    const ours = layers.slice(inBase).reduce((sum: number, { size }: { size: number }) => sum + size, 0);
    // The real base holds this Node and more, so it is larger than this.
    expect(ours / (await compressedSize(node))).to.be.below(0.05);
  });

  it('serves from S3 with a read-only root, as a user without rights, and stops in time', async () => {
    const s3 = await startS3Server();
    const { root, remove } = await mounted(image.uri);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    s3.bucket.put(
      'a.txt',
      Buffer.from('The harbour was closed on Monday. It opens on Thursday.\n'),
      {},
      { ifMatch: undefined, ifNoneMatch: undefined },
    );
    const { config } = await inspect(image.uri, '--config', '--raw');
    const running = await RunningImage.start(root, config, {
      MCP_S3_BUCKET: s3.bucketName,
      MCP_S3_REGION: 'eu-central-1',
      MCP_S3_STORAGE_ENDPOINT: s3.endpoint,
      MCP_S3_PATH_STYLE: 'true',
      MCP_S3_HOST: '127.0.0.1',
      MCP_S3_PORT: String(port),
      MCP_S3_DRAIN_GRACE_SECONDS: '1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
    });
    const healthCheck = config.Healthcheck.Test.slice(1);
    try {
      await running.answers(`${url}/health`);
      expect(await running.run(healthCheck)).to.equal(0);
      const answer = await fetch(`${url}/summarize`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file_key: 'a.txt' }),
      });
      expect(answer.status, running.output).to.equal(200);
      expect(((await answer.json()) as { summary: string }).summary).to.include('harbour');
      expect(await running.proc('status')).to.match(/^Uid:\s65532\s65532\s65532\s65532$/m);
      expect(await running.proc('status')).to.match(/^NSpid:\s\d+\s1$/m);
      expect(await running.proc('status')).to.match(/^CapEff:\s0+$/m);
      expect(await running.proc('mountinfo')).to.match(/ \/ ro[, ]/);
      expect(await readdir(path.join(root, 'bin')).catch(() => [])).not.to.include('sh');
      expect(await running.stop(STOP_SECONDS), running.output).to.equal(0);
      expect(await running.run(healthCheck)).to.equal(1);
    } finally {
      running.kill();
      await remove();
      await s3.close();
    }
  });

  it('says in the failure what the builder said', async () => {
    const builder = builders[0]!;
    const nowhere = `${registry}/no-such-base:1`;
    const env = { ...process.env, ...builder.env, MCP_S3_NODE_IMAGE: nowhere };
    const message = await messageOf(ownImage({ env }, at('mcp-dev'), platform).make(quiet, signal));
    expect(message)
      .to.match(/^\w+ could not build the image:\n/)
      .and.include(nowhere);
  });
});

async function messageOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'it went well',
    (error) => (error as Error).message,
  );
}

async function compressedSize(file: string): Promise<number> {
  let size = 0;
  for await (const piece of createReadStream(file).pipe(createGzip())) size += piece.length;
  return size;
}
