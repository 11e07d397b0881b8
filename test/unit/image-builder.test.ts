import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { CliError } from '../../src/errors.ts';
import { findBuilder, findBuilders } from '../../src/image/builder.ts';
import {
  type Behaviour,
  CAN_STAND_IN,
  isRunning,
  standInBuilder,
} from '../support/image/stand-in-builder.ts';

describe('the choice of a builder', function () {
  this.timeout(30_000);
  let folder: string;
  const { signal } = new AbortController();

  before(function () {
    if (!CAN_STAND_IN) this.skip();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-builder-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = (name: string, behaviour?: Behaviour) => standInBuilder(folder, name, behaviour);
  const env = (more: NodeJS.ProcessEnv = {}) => ({ PATH: `/nowhere:${folder}`, ...more });
  const failure = async (): Promise<CliError> =>
    await findBuilder(env(), signal).then(
      ({ name }) => {
        throw new Error(`found ${name}`);
      },
      (error) => error,
    );

  it('takes docker before podman, finch and buildah', async () => {
    for (const name of ['buildah', 'finch', 'podman', 'docker']) {
      await put(name);
      expect(await findBuilder(env(), signal)).to.deep.equal({ name, program: path.join(folder, name) });
    }
  });

  it('passes over one that does not work, and asks none after one that does', async () => {
    await put('docker', { fails: { version: 1 }, prints: { version: 'Cannot connect to the daemon\n' } });
    await put('podman');
    const buildah = await put('buildah');
    expect((await findBuilder(env(), signal)).name).to.equal('podman');
    expect(await buildah.calls()).to.deep.equal([]);
  });

  it('says in plain words that there is none', async () => {
    const { code, exitCode, message, suggestions } = await failure();
    expect({ code, exitCode }).to.deep.equal({ code: 'no_builder', exitCode: 1 });
    expect(message).to.equal(
      'nothing here can build the image: there is neither docker, podman, finch nor buildah',
    );
    expect(suggestions.join()).to.include('install one of them').and.include('--image-uri');
  });

  it('says of each that is there why it does not work', async () => {
    const prints = {
      version: 'Client:\n Version: 28\n\n\x1b[31mCannot connect to the Docker daemon\x1b[0m\n',
    };
    await put('docker', { fails: { version: 1 }, prints });
    await put('finch', { fails: { info: 1 } });
    const { message, suggestions } = await failure();
    expect(message).to.equal(
      'nothing here can build the image: docker does not work (Cannot connect to the Docker daemon); finch does not work (it ended with 1 and said nothing)',
    );
    expect(suggestions[0]).to.include('start it');
  });

  it('lists all that work', async () => {
    await put('docker', { fails: { version: 1 } });
    await put('podman');
    await put('buildah');
    expect((await findBuilders(env(), signal)).map(({ name }) => name)).to.deep.equal(['podman', 'buildah']);
  });

  it('gives finch no credentials of AWS, and nobody what would build elsewhere', async () => {
    const docker = await put('docker', { fails: { version: 1 } });
    const finch = await put('finch');
    const secrets = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
    await findBuilder(env({ ...secrets, BUILDX_BUILDER: 'far', AWS_PROFILE: 'team' }), signal);
    const [dockers] = await docker.calls();
    expect(dockers!.env).to.include(secrets).and.not.have.property('BUILDX_BUILDER');
    const [finchs] = await finch.calls();
    expect(finchs!.env).to.include({ AWS_PROFILE: 'team' });
    expect(finchs!.env).not.to.have.any.keys(...Object.keys(secrets), 'BUILDX_BUILDER');
  });

  it('ends with the reason of the signal, and the program with it', async () => {
    const docker = await put('docker', { hangs: 'version' });
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const found = findBuilder(env(), stop.signal).catch((error) => error);
    const { pid } = await docker.called('version');
    stop.abort(reason);
    expect(await found).to.equal(reason);
    expect(isRunning(pid)).to.equal(false);
  });
});
