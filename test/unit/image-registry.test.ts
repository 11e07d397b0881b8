import { expect } from 'chai';
import { Agent } from 'undici';
import { GivenImage } from '../../src/image/given-image.ts';
import { HttpRegistry } from '../../src/image/http-registry.ts';
import { ecrOf, type ImageReference, parseReference } from '../../src/image/reference.ts';
import { type Manifest, platformsOf, type Registry } from '../../src/image/registry.ts';
import {
  digestOf,
  type RegistryRules,
  type RegistryServer,
  startRegistryServer,
} from '../support/image/registry-server.ts';

const { signal } = new AbortController();

describe('an image that was given', () => {
  const dispatcher = new Agent();
  const servers: RegistryServer[] = [];
  const start = async (rules?: RegistryRules) => {
    const server = await startRegistryServer(rules);
    servers.push(server);
    return server;
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
  after(() => dispatcher.close());

  const find = async (uri: string, platform = 'linux/arm64') =>
    (await new GivenImage(uri, platform, (at) => new HttpRegistry(at, dispatcher)).find(signal)).uri;
  const failure = async (uri: string, platform?: string) =>
    await find(uri, platform).then(
      (found) => {
        throw new Error(`found ${found}`);
      },
      (error) => error,
    );

  it('is fixed to its digest, by tag and by digest', async () => {
    const server = await start();
    const digest = server.add('team/app', '1.2', 'linux/arm64');
    const fixed = `${server.host}/team/app@${digest}`;
    expect(await find(`${server.host}/team/app:1.2`)).to.equal(fixed);
    expect(await find(fixed)).to.equal(fixed);
    expect(await find(`${server.host}/team/app:old@${digest}`)).to.equal(fixed);
  });

  it('is refused for another platform, with both named and what to do', async () => {
    const server = await start();
    server.add('app', '1', 'linux/amd64');
    const { code, exitCode, message, suggestions } = await failure(`${server.host}/app:1`);
    expect({ code, exitCode }).to.deep.equal({ code: 'wrong_platform', exitCode: 1 });
    expect(message).to.equal(
      `the image ${server.host}/app:1 is for linux/amd64, and tasks run on linux/arm64`,
    );
    expect(suggestions[0]).to.include('--platform linux/amd64');
  });

  it('is refused where there is none, with the registry and the name', async () => {
    const server = await start();
    const { code, message } = await failure(`${server.host}/app:2`);
    expect(code).to.equal('no_such_image');
    expect(message).to.equal(`the registry ${server.host} has no image ${server.host}/app:2`);
  });

  it('is read with the token that a public registry gives everyone', async () => {
    const server = await start({ tokens: true });
    const digest = server.add('app', '1', 'linux/arm64');
    expect(await find(`${server.host}/app:1`)).to.equal(`${server.host}/app@${digest}`);
    expect(server.requests.map(({ authorization }) => authorization)).to.deep.equal([
      undefined,
      undefined,
      'Bearer everyone',
      'Bearer everyone',
    ]);
  });

  it('takes blobs from where the registry keeps them, which does not get the token', async () => {
    const store = await start();
    const server = await start({
      tokens: true,
      instead: (path, response) => {
        if (!path.includes('/blobs/')) return false;
        response.writeHead(307, { location: `http://${store.host}${path}` }).end();
        return true;
      },
    });
    const digest = server.add('app', '1', 'linux/arm64');
    store.add('app', '1', 'linux/arm64');
    expect(await find(`${server.host}/app:1`)).to.equal(`${server.host}/app@${digest}`);
    expect(store.requests.map(({ authorization }) => authorization)).to.deep.equal([undefined]);
  });

  const answers: [string, number, string, string, RegExp][] = [
    ['refuses everyone', 401, '', 'credentials', /does not let everyone read app$/],
    ['forbids it', 403, '', 'credentials', /does not let everyone read app$/],
    ['is asked too often', 429, '', 'registry_failed', /answered 429$/],
    ['fails', 503, '', 'registry_failed', /answered 503$/],
    ['is none', 200, '<html>', 'registry_failed', /does not answer as a registry of images$/],
  ];
  for (const [what, status, body, code, message] of answers) {
    it(`says that the registry ${what}`, async () => {
      const server = await start({
        instead: (_, response) => Boolean(response.writeHead(status).end(body)),
      });
      const error = await failure(`${server.host}/app:1`);
      expect(error.code).to.equal(code);
      expect(error.message).to.match(message);
    });
  }

  it('says that the registry cannot be reached', async () => {
    const server = await start();
    await server.close();
    const { code, exitCode, message } = await failure(`${server.host}/app:1`);
    expect({ code, exitCode }).to.deep.equal({ code: 'unreachable', exitCode: 5 });
    expect(message).to.include(server.host);
  });

  it('does not believe content that is not what its digest says', async () => {
    const server = await start();
    const digest = digestOf('asked');
    server.content.set(`app/manifests/${digest}`, '{"other":true}');
    expect((await failure(`${server.host}/app@${digest}`)).message).to.include('has other content under');
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const server = await start({
      instead: () => {
        stop.abort(reason);
        return true;
      },
    });
    const registryAt = (at: ImageReference) => new HttpRegistry(at, dispatcher);
    const image = new GivenImage(`${server.host}/app:1`, 'linux/arm64', registryAt);
    expect(await image.find(stop.signal).catch((error) => error)).to.equal(reason);
  });

  it('is asked of Docker Hub by its host, and by its long name', async () => {
    const asked: string[] = [];
    const recorder = dispatcher.compose(() => (options) => {
      asked.push(`${options.origin}${options.path}`);
      throw Object.assign(new Error('not asked in a test'), { code: 'ECONNREFUSED' });
    });
    for (const uri of ['docker.io/node:24', 'docker.io/team/app:1', 'quay.io/team/app:1']) {
      await new GivenImage(uri, 'linux/arm64', (at) => new HttpRegistry(at, recorder))
        .find(signal)
        .catch(() => undefined);
    }
    expect(asked).to.deep.equal([
      'https://registry-1.docker.io/v2/library/node/manifests/24',
      'https://registry-1.docker.io/v2/team/app/manifests/1',
      'https://quay.io/v2/team/app/manifests/1',
    ]);
  });
});

describe('platforms of a manifest', () => {
  const registry = (config: unknown): Registry => ({
    manifest: async () => undefined,
    blob: async () => config,
  });
  const platforms = (body: Manifest, config?: unknown) =>
    platformsOf(registry(config), { digest: 'sha256:1', body }, signal);
  const digest = 'sha256:2';

  it('are those of an index or a manifest list, without attestations', async () => {
    const manifests = [
      { digest, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      { digest, platform: { os: 'linux', architecture: 'amd64' } },
      { digest, platform: { os: 'unknown', architecture: 'unknown' } },
      { digest },
    ];
    expect(await platforms({ manifests })).to.deep.equal(['linux/arm64', 'linux/amd64']);
  });

  it('are that of the configuration of a single image', async () => {
    const config = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    expect(await platforms({ config: { digest } }, config)).to.deep.equal(['linux/arm64']);
  });

  it('are none of what is no image, such as a chart', async () => {
    expect(await platforms({ config: { digest } }, { name: 'chart' })).to.deep.equal([]);
    expect(await platforms({})).to.deep.equal([]);
  });
});

describe('the address of an image', () => {
  const sha = `sha256:${'0a'.repeat(32)}`;

  it('is read with its registry, repository, tag and digest', () => {
    expect(parseReference('localhost:5000/a')).to.deep.equal({ registry: 'localhost:5000', repository: 'a' });
    expect(parseReference(`ghcr.io/team/app_x/y-z:v1.2@${sha}`)).to.deep.equal({
      registry: 'ghcr.io',
      repository: 'team/app_x/y-z',
      tag: 'v1.2',
      digest: sha,
    });
  });

  for (const wrong of [
    'node:24',
    'team/app',
    'https://ghcr.io/app:1',
    'ghcr.io/App',
    'ghcr.io/a:',
    'ghcr.io/a@sha256:12',
    '',
  ]) {
    it(`is refused as ${JSON.stringify(wrong)}`, () => {
      expect(() => parseReference(wrong)).to.throw('is no image URI');
    });
  }

  it('tells account and region of ECR, in every partition', () => {
    const account = '123456789012';
    const hosts = {
      [`${account}.dkr.ecr.eu-central-1.amazonaws.com`]: 'eu-central-1',
      [`${account}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`]: 'us-gov-west-1',
      [`${account}.dkr.ecr.cn-north-1.amazonaws.com.cn`]: 'cn-north-1',
      [`${account}.dkr-ecr.us-east-1.on.aws`]: 'us-east-1',
    };
    for (const [host, region] of Object.entries(hosts))
      expect(ecrOf(host)).to.deep.equal({ account, region });
    expect(ecrOf('public.ecr.aws')).to.equal(undefined);
    expect(ecrOf(`${account}.dkr.ecr.eu-central-1.amazonaws.com.evil.example`)).to.equal(undefined);
  });
});
