import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { withPrivateFolder } from '../../src/image/private-folder.ts';
import { findStageImages } from '../../src/image/stage-images.ts';
import { type Behaviour, CAN_STAND_IN, standInBuilder } from '../support/image/stand-in-builder.ts';
import { ROOT } from '../support/imports.ts';

describe('images of a stage on this machine', function () {
  this.timeout(30_000);
  const repository = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-dev';
  const { signal } = new AbortController();
  const listed = [
    `${repository}:1.0.0-aa-arm64`,
    `${repository}:1.0.0-bb-arm64`,
    `${repository}:<none>`,
    `${repository}-2:1.0.0-cc-arm64`,
    'debian:13',
  ].join('\n');
  let folder: string;

  before(function () {
    if (!CAN_STAND_IN) this.skip();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-stage-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = (name: string, behaviour?: Behaviour) => standInBuilder(folder, name, behaviour);
  const find = () => findStageImages(repository, { PATH: folder }, signal);

  it("are the stage's own, in every program that works, each told once", async () => {
    await put('docker', { prints: { images: listed } });
    await put('podman', { prints: { images: `${repository}:1.0.0-aa-arm64\n` } });
    await put('finch', { fails: { info: 1 }, prints: { images: `${repository}:never-asked\n` } });
    expect((await find()).names).to.deep.equal([
      `${repository}:1.0.0-aa-arm64`,
      `${repository}:1.0.0-bb-arm64`,
    ]);
  });

  it('are removed by name, and nothing else is', async () => {
    const docker = await put('docker', { prints: { images: listed } });
    await (await find()).remove(signal);
    expect((await docker.calls()).at(-1)!.args).to.deep.equal([
      'rmi',
      `${repository}:1.0.0-aa-arm64`,
      `${repository}:1.0.0-bb-arm64`,
    ]);
  });

  it('that cannot be removed are told', async () => {
    await put('docker', { prints: { images: listed, rmi: 'image is being used\n' }, fails: { rmi: 1 } });
    const error = await (await find()).remove(signal).catch((thrown) => thrown);
    expect(error.message).to.equal(
      'docker could not remove the images of this machine:\n  image is being used',
    );
  });

  it('are none where nothing builds images', async () => {
    expect((await find()).names).to.deep.equal([]);
  });
});

describe('a private folder', function () {
  this.timeout(30_000);
  let parent: string;

  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), 'mcp-s3-private-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('can be read by this user only, and is gone after the work, also after work that failed', async () => {
    const mode = await withPrivateFolder(parent, async (folder) => {
      await mkdir(path.join(folder, 'more'));
      await writeFile(path.join(folder, 'more/file'), 'x');
      return (await stat(folder)).mode & 0o777;
    });
    if (process.platform !== 'win32') expect(mode).to.equal(0o700);
    const failure = new Error('failed');
    const error = await withPrivateFolder(parent, () => Promise.reject(failure)).catch((thrown) => thrown);
    expect(error).to.equal(failure);
    expect(await readdir(parent)).to.deep.equal([]);
    expect(process.listeners('SIGHUP')).to.deep.equal([]);
  });

  const ends: [string, string, NodeJS.Signals | undefined, number][] = [
    ['a second Ctrl-C, which ends the process at once', 'process.exit(130)', undefined, 130],
    ['a terminal that is closed', '', 'SIGHUP', 129],
  ];
  for (const [what, then, kill, code] of ends) {
    it(`is gone after ${what}`, async function () {
      if (process.platform === 'win32') this.skip();
      const module = new URL('../../src/image/private-folder.ts', import.meta.url);
      const script = `
        const { withPrivateFolder } = await import('${module}');
        setInterval(() => undefined, 1000);
        await withPrivateFolder(process.argv[1], async () => {
          process.stdout.write('working\\n');
          await new Promise((resolve) => process.stdin.once('data', resolve));
          ${then}
          await new Promise(() => undefined);
        });`;
      const args = ['--import', 'tsx', '--input-type=module', '--eval', script, parent];
      const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      expect(await readdir(parent)).to.have.length(1);
      if (kill === undefined) child.stdin.write('go\n');
      else child.kill(kill);
      expect((await ended)[0]).to.equal(code);
      expect(await readdir(parent)).to.deep.equal([]);
    });
  }
});
