import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Agent } from 'undici';
import { HttpRegistry } from '../../src/image/http-registry.ts';
import { OwnImage } from '../../src/image/own-image.ts';
import { parseReference } from '../../src/image/reference.ts';
import { setEnvironment } from '../support/environment.ts';
import { digestOf, type RegistryServer, startRegistryServer } from '../support/image/registry-server.ts';
import {
  type Behaviour,
  CAN_STAND_IN,
  type Call,
  isRunning,
  type StandIn,
  standInBuilder,
} from '../support/image/stand-in-builder.ts';
import { ROOT } from '../support/imports.ts';

const LOGIN = { username: 'AWS', password: 'a-secret-token' };
const CODED = Buffer.from('AWS:a-secret-token').toString('base64');
const PLATFORM = 'linux/arm64';

describe('the image that is built here', function () {
  this.timeout(30_000);
  const dispatcher = new Agent();
  let root: string;
  let temporary: string;
  let server: RegistryServer;
  let manifest: object;
  let restore: () => void;

  before(function () {
    if (!CAN_STAND_IN) this.skip();
  });
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'mcp-s3-own-'));
    // What is left behind shows in a folder for nothing else.
    temporary = path.join(root, 'tmp');
    await mkdir(temporary);
    restore = setEnvironment({ TMPDIR: temporary, HOME: temporary });
    server = await startRegistryServer();
    const config = JSON.stringify({ os: 'linux', architecture: 'arm64' });
    manifest = { schemaVersion: 2, config: { digest: digestOf(config) } };
    server.content.set(`mcp-dev/blobs/${digestOf(config)}`, config);
  });
  afterEach(async () => {
    restore();
    await server.close();
    await rm(root, { recursive: true, force: true });
  });
  after(() => dispatcher.close());

  const bin = () => path.join(root, 'bin');
  const builder = (name: string, behaviour: Behaviour = {}) =>
    standInBuilder(bin(), name, { manifest, ...behaviour });
  const own = (more: NodeJS.ProcessEnv = {}) => {
    const uri = `${server.host}/mcp-dev`;
    const registry = new HttpRegistry(parseReference(uri), dispatcher);
    return new OwnImage({
      folder: ROOT,
      version: '1.0.0+local',
      platform: PLATFORM,
      repository: { uri, registry },
      login: async () => LOGIN,
      env: { PATH: bin(), HOME: root, DOCKER_CONFIG: path.join(root, 'docker'), ...more },
    });
  };
  const make = async (more?: NodeJS.ProcessEnv) => {
    const lines: string[] = [];
    const image = await own(more).make((line) => lines.push(line), new AbortController().signal);
    return { image, lines };
  };
  const failure = async (more?: NodeJS.ProcessEnv) =>
    await make(more).then(
      () => {
        throw new Error('it went well');
      },
      (error) => error,
    );
  const call = async (standIn: StandIn, word: string): Promise<Call> =>
    (await standIn.calls()).find(({ args }) => args[0] === word)!;

  it('is built for the platform asked, from its content alone, and known by the digest in the registry', async () => {
    const docker = await builder('docker', { prints: { build: 'step 1\r\x1b[1mstep 2\x1b[0m\n\n' } });
    const { image, lines } = await make();
    expect(image.uri).to.equal(`${server.host}/mcp-dev@${digestOf(JSON.stringify(manifest))}`);
    expect(lines.slice(0, 2)).to.deep.equal(['step 1', 'step 2']);
    const { args, files, cwd } = await call(docker, 'build');
    const tag = /^127\.0\.0\.1:\d+\/mcp-dev:1\.0\.0-local-[0-9a-f]{16}-arm64$/;
    const name = args[args.indexOf('--tag') + 1]!;
    expect(name).to.match(tag);
    expect(args).to.deep.equal([
      'build',
      '--pull',
      '--platform',
      PLATFORM,
      '--tag',
      name,
      '--file',
      'Dockerfile',
      '.',
    ]);
    expect(Object.keys(files)).to.include.members(['Dockerfile', 'package.json', 'dist/server/main.js']);
    expect(Object.keys(files).filter((file) => /node_modules|src|test/.test(file))).to.deep.equal([]);
    expect(path.dirname(cwd)).to.equal(temporary);
    expect((await call(docker, 'push')).args).to.deep.equal(['push', name]);
  });

  it('is found by its content afterwards, and nobody is asked to build', async () => {
    await builder('docker');
    const { image } = await make();
    const unused = await standInBuilder(path.join(root, 'unused'), 'docker');
    const again = own({ PATH: path.join(root, 'unused') });
    expect(await again.find(new AbortController().signal)).to.deep.equal(image);
    expect(await unused.calls()).to.deep.equal([]);
  });

  const words: [string, string[], string[]][] = [
    ['podman', ['--format', 'docker', '--layers=false'], ['--tls-verify=false']],
    ['buildah', ['--format', 'docker', '--layers=false'], ['--tls-verify=false']],
    ['finch', [], ['--platform', PLATFORM]],
  ];
  for (const [name, forBuild, forPush] of words) {
    it(`is built and pushed by ${name} in its own words`, async () => {
      const standIn = await builder(name);
      await make();
      expect((await call(standIn, 'build')).args.slice(1, 1 + forBuild.length)).to.deep.equal(forBuild);
      expect((await call(standIn, 'push')).args.slice(1, -1)).to.deep.equal(forPush);
    });
  }

  for (const name of ['docker', 'podman', 'finch', 'buildah']) {
    it(`shows its login in no argument and no variable of ${name}, and leaves nothing of it behind`, async () => {
      const standIn = await builder(name);
      const { lines } = await make();
      for (const { args, env } of await standIn.calls()) {
        const shown = JSON.stringify([args, env]);
        expect(shown).not.to.include(LOGIN.password).and.not.include(CODED);
      }
      expect(lines.join()).not.to.include(LOGIN.password);
      const { logins, rights, env } = await call(standIn, 'push');
      expect(JSON.parse(logins!).auths).to.deep.equal({ [server.host]: { auth: CODED } });
      expect(rights).to.equal('600');
      expect(env.REGISTRY_AUTH_FILE).to.equal(path.join(env.DOCKER_CONFIG!, 'config.json'));
      expect(await readdir(temporary)).to.deep.equal([]);
      expect((await call(standIn, 'build')).logins).to.equal(undefined);
    });
  }

  it('gives finch the login on its standard input too, and takes it back also when the push fails', async () => {
    const finch = await builder('finch', { fails: { push: 1 }, manifest: undefined });
    await failure();
    const login = await call(finch, 'login');
    expect(login.args).to.deep.equal(['login', '--username', 'AWS', '--password-stdin', server.host]);
    expect(login.stdin).to.equal(LOGIN.password);
    const order = (await finch.calls()).map(({ args }) => args[0]);
    expect(order).to.deep.equal(['info', 'build', 'login', 'push', 'logout']);
  });

  it('pushes with the daemon and the certificates that the person chose, and none of the logins', async () => {
    const chosen = path.join(root, 'docker');
    await mkdir(path.join(chosen, 'contexts'), { recursive: true });
    await writeFile(path.join(chosen, 'ca.pem'), 'certificate');
    const config = {
      auths: { 'other.example': { auth: 'xyz' } },
      credsStore: 'keychain',
      currentContext: 'colima',
    };
    await writeFile(path.join(chosen, 'config.json'), JSON.stringify(config));
    const docker = await builder('docker');
    await make();
    const { logins, configFolder } = await call(docker, 'push');
    expect(JSON.parse(logins!)).to.deep.equal({
      auths: { [server.host]: { auth: CODED } },
      currentContext: 'colima',
    });
    expect(configFolder).to.deep.equal(['ca.pem', 'config.json', 'contexts']);
    expect((await call(docker, 'build')).env.DOCKER_CONFIG).to.equal(chosen);
    expect(await readdir(chosen)).to.have.members(['contexts', 'ca.pem', 'config.json']);
  });

  it('takes the base from a mirror that is named, and is another image then', async () => {
    const docker = await builder('docker');
    const mirror = 'mirror.example/node:24';
    await make();
    await make({ MCP_S3_NODE_IMAGE: mirror });
    const [usual, mirrored] = (await docker.calls()).filter(({ args }) => args[0] === 'build');
    expect(usual!.args.join(' ')).not.to.include('--build-arg');
    expect(mirrored!.args.join(' ')).to.include(`--build-arg NODE_IMAGE=${mirror}`);
    const tag = ({ args }: Call) => args[args.indexOf('--tag') + 1];
    expect(tag(usual!)).not.to.equal(tag(mirrored!));
  });

  it('is not pushed where the builder made it for another platform', async () => {
    const docker = await builder('docker', { builds: 'linux/amd64\n' });
    const { code, message } = await failure();
    expect(code).to.equal('wrong_platform');
    expect(message).to.equal('docker built for linux/amd64, and tasks run on linux/arm64');
    expect((await docker.calls()).map(({ args }) => args[0])).not.to.include('push');
  });

  it('is taken from the registry where another deployment pushed it meanwhile', async () => {
    await builder('docker', { fails: { push: 1 }, prints: { push: 'tag is immutable\n' } });
    expect((await make()).image.uri).to.match(/@sha256:/);
  });

  const remedies: [string, string, RegExp][] = [
    ['no space left on device', 'build', /make room on the disk/],
    ['denied: User is not authorized to perform: ecr:PutImage', 'push', /allow ecr:PutImage/],
    ['dial tcp: lookup gcr.io: no such host', 'build', /MCP_S3_NODE_IMAGE=/],
    ['something else', 'build', /--image-uri/],
  ];
  for (const [said, word, remedy] of remedies) {
    it(`says what the builder said last, and what to do: ${said}`, async () => {
      const noise = Array.from({ length: 40 }, (_, n) => `line ${n}\n`).join('');
      const prints = { [word]: `${noise}${said}\n` };
      await builder('docker', { fails: { [word]: 1 }, prints, manifest: undefined });
      const { code, message, suggestions } = await failure();
      expect(code).to.equal('builder_failed');
      const lines = message.split('\n');
      expect(lines[0]).to.equal(`docker could not ${word} the image:`);
      expect(lines.slice(-2)).to.deep.equal(['  line 39', `  ${said}`]);
      expect(lines).to.have.length(13);
      expect(suggestions.join()).to.match(remedy);
      expect(await readdir(temporary)).to.deep.equal([]);
    });
  }

  it('believes the registry and not the builder', async () => {
    await builder('docker', { manifest: undefined });
    const { code, message } = await failure();
    expect(code).to.equal('not_pushed');
    expect(message).to.include('the registry does not have it');
  });

  for (const word of ['build', 'push']) {
    it(`ends with Ctrl-C in the middle of ${word}, and leaves neither the program nor the login`, async () => {
      const docker = await builder('docker', { hangs: word });
      const stop = new AbortController();
      const reason = new Error('interrupted');
      const ended = own()
        .make(() => undefined, stop.signal)
        .catch((error) => error);
      const { pid } = await docker.called(word);
      stop.abort(reason);
      expect(await ended).to.equal(reason);
      expect(isRunning(pid)).to.equal(false);
      expect(await readdir(temporary)).to.deep.equal([]);
    });
  }
});
