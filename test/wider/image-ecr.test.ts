import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { expect } from 'chai';
import type { Dispatcher } from 'undici';
import { registryLogin } from '../../src/aws/ecr.ts';
import { EcrRegistry } from '../../src/image/ecr-registry.ts';
import { imageSource } from '../../src/image/image-source.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { setEnvironment } from '../support/environment.ts';
import { imageLane, type LaneBuilder, ownImage } from '../support/image/lane.ts';
import { type LoginGate, startLoginGate } from '../support/image/login-gate.ts';

/** Login that MiniStack's ECR gives everyone. */
const LOGIN = 'AWS:ministack-auth-token';
const NAME = 'mcp-dev';

/** The way of an image into ECR: login and looks by its API, layers by its registry, which wants that login. */
describe('the image in ECR', function () {
  this.timeout(300_000);
  const { builders, platform, otherPlatform } = imageLane();
  const { signal } = new AbortController();
  let emulator: Emulator;
  let gate: LoginGate;
  let folder: string;
  let restore: () => void;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-ecr-'));
    emulator = await startEmulator();
    gate = await startLoginGate(emulator.direct, LOGIN);
    // What is left behind shows in a folder for nothing else.
    restore = setEnvironment({ TMPDIR: await mkdtemp(path.join(folder, 'tmp-')) });
    await emulator
      .client(ECRClient)
      .send(new CreateRepositoryCommand({ repositoryName: NAME, imageTagMutability: 'IMMUTABLE' }));
  });
  after(async () => {
    await gate.close();
    await emulator.close();
    restore();
    await rm(folder, { recursive: true, force: true });
  });

  /** The emulator's ECR stores layers at ECR's real host, and has them itself. */
  const connection = () => {
    const { dispatcher, ...rest } = emulator.connection();
    const rerouted = dispatcher.compose((dispatch) => (options: Dispatcher.DispatchOptions, handler) => {
      const ecr = /\.dkr\.ecr\./.test(String(options.origin));
      return dispatch(ecr ? { ...options, origin: emulator.direct } : options, handler);
    });
    return { ...rest, dispatcher: rerouted };
  };
  const own = ({ env }: Pick<LaneBuilder, 'env'>, wanted: string, version?: string) => {
    const at = connection();
    const registry = new EcrRegistry(at, { account: emulator.account, name: NAME });
    const repository = { uri: `${gate.host}/${NAME}`, registry };
    return ownImage({ env }, repository, wanted, (abort) => registryLogin(at, abort), version);
  };
  const given = async (uri: string, wanted: string) =>
    await imageSource(connection(), {
      platform: wanted,
      repository: undefined,
      given: uri,
      folder,
      version: '1.2.3',
      env: {},
    }).find(signal);
  const secrets = [LOGIN.split(':')[1]!, Buffer.from(LOGIN).toString('base64')];

  builders.forEach((builder, index) => {
    it(`is pushed by ${builder.name} with a login that no process shows, and known by its digest`, async function () {
      if (builder.missing !== undefined) this.skip();
      const seen = path.join(folder, `seen-${index}`);
      const version = `1.0.${index}`;
      const source = own({ env: { ...builder.env, MCP_S3_TEST_SEEN: seen } }, platform, version);
      expect(await source.find(signal)).to.equal(undefined);
      const lines: string[] = [];
      const { uri } = await source.make((line) => lines.push(line), signal);
      expect(uri).to.match(/@sha256:[0-9a-f]{64}$/);
      expect(
        await own({ env: { ...builder.env, PATH: '/nowhere' } }, platform, version).find(signal),
      ).to.deep.equal({ uri });
      const told = `${await readFile(seen, 'utf8')}${lines.join('\n')}`;
      expect(told).to.include('push');
      for (const secret of secrets) expect(told).not.to.include(secret);
      expect(await readdir(tmpdir())).to.deep.equal([]);
      const put = gate.requests.filter(
        ({ method, path: to }) => method === 'PUT' && to.includes('/manifests/'),
      );
      expect(put.at(-1)).to.include({ allowed: true });
    });
  });

  it('is refused for another platform by what ECR has stored, for its own address too', async () => {
    const { uri } = (await own(builders[0]!, platform, '1.0.0').find(signal))!;
    const digest = uri.split('@')[1];
    const address = `${emulator.account}.dkr.ecr.${emulator.region}.amazonaws.com/${NAME}`;
    expect(await given(`${address}@${digest}`, platform)).to.deep.equal({ uri: `${address}@${digest}` });
    expect(await messageOf(given(`${address}@${digest}`, otherPlatform))).to.equal(
      `the image ${address}@${digest} is for ${platform}, and tasks run on ${otherPlatform}`,
    );
    expect(await messageOf(given(`${address}:nothing`, platform))).to.include('has no image');
    expect(await messageOf(given(address.replace(NAME, 'other:1'), platform))).to.include('has no image');
    expect(await messageOf(given(address, platform))).to.include('a tag or a digest is missing');
  });

  it('takes an index by the platforms that it lists, without the attestations in it', async () => {
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const entry = (architecture: string, os = 'linux') => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${'a'.repeat(64)}`,
      size: 10,
      platform: { os, architecture },
    });
    const manifests = [entry('arm64'), entry('amd64'), entry('unknown', 'unknown')];
    await emulator.client(ECRClient).send(
      new PutImageCommand({
        repositoryName: NAME,
        imageTag: 'both',
        imageManifest: JSON.stringify({ schemaVersion: 2, mediaType, manifests }),
        imageManifestMediaType: mediaType,
      }),
    );
    const address = `${emulator.account}.dkr.ecr.${emulator.region}.amazonaws.com/${NAME}`;
    for (const wanted of ['linux/arm64', 'linux/amd64']) {
      expect((await given(`${address}:both`, wanted))!.uri).to.match(/mcp-dev@sha256:[0-9a-f]{64}$/);
    }
    expect(await messageOf(given(`${address}:both`, 'linux/s390x'))).to.equal(
      `the image ${address}:both is for linux/arm64, linux/amd64, and tasks run on linux/s390x`,
    );
  });

  it('uses the image that another deployment pushed meanwhile under the same tag', async () => {
    const builder = builders[0]!;
    const [one, two] = [own(builder, platform, '3.0.0'), own(builder, platform, '3.0.0')];
    expect(await one.find(signal)).to.equal(undefined);
    expect(await two.find(signal)).to.equal(undefined);
    const first = await one.make(() => undefined, signal);
    expect(await two.make(() => undefined, signal)).to.deep.equal(first);
  });

  it('says that the credentials may not look', async () => {
    emulator.proxy.rig({ action: 'ecr:BatchGetImage', do: 'deny' });
    const address = `${emulator.account}.dkr.ecr.${emulator.region}.amazonaws.com/${NAME}`;
    expect(await messageOf(given(`${address}:both`, platform))).to.include('may not do ecr:BatchGetImage');
  });
});

async function messageOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'it went well',
    (error) => (error as Error).message,
  );
}
