import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readContext, writeContext } from '../../src/image/build-context.ts';
import { ROOT } from '../support/imports.ts';

const FILES = {
  Dockerfile: 'FROM x\n',
  'package.json': '{"version":"1.0.0"}',
  LICENSE: 'MIT',
  'dist/THIRD-PARTY-LICENSES.txt': 'all of them',
  'dist/server/main.js': 'export {};',
  'dist/server/files/worker.js': 'export {};',
};

describe("the image's content", () => {
  let folder: string;
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'mcp-s3-content-'));
    folder = path.join(root, 'package');
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const hash = async (of = folder, base?: string) => (await readContext(of, base)).hash;

  it('has the same hash wherever, whenever and for whom it was written', async () => {
    const first = await hash();
    const copy = path.join(root, 'elsewhere');
    await cp(folder, copy, { recursive: true });
    await chmod(path.join(copy, 'LICENSE'), 0o600);
    await utimes(path.join(copy, 'package.json'), 1, 1);
    await writeFile(path.join(copy, 'README.md'), 'not in the image');
    await mkdir(path.join(copy, 'dist/commands'));
    await writeFile(path.join(copy, 'dist/commands/deploy.js'), 'not in the image');
    expect(await hash(copy))
      .to.equal(first)
      .and.to.match(/^[0-9a-f]{64}$/);
  });

  for (const name of Object.keys(FILES)) {
    it(`has another hash when ${name} is another`, async () => {
      const first = await hash();
      await writeFile(path.join(folder, name), 'changed');
      expect(await hash()).not.to.equal(first);
    });
  }

  it('has another hash for a file more, a file moved, and another base', async () => {
    const seen = [await hash()];
    await writeFile(path.join(folder, 'dist/server/more.js'), 'export {};');
    seen.push(await hash());
    await rm(path.join(folder, 'dist/server/more.js'));
    await cp(path.join(folder, 'dist/server/files'), path.join(folder, 'dist/server/moved'), {
      recursive: true,
    });
    await rm(path.join(folder, 'dist/server/files'), { recursive: true });
    seen.push(await hash(), await hash(folder, 'mirror/node:24'), await hash(folder, 'mirror/node:25'));
    expect(new Set(seen)).to.have.length(5);
  });

  it('is written as it was read, and readable for the service whoever installed it', async () => {
    await chmod(path.join(folder, 'dist/server/main.js'), 0o600);
    await chmod(path.join(folder, 'dist/server'), 0o700);
    const context = await readContext(folder);
    await writeFile(path.join(folder, 'dist/server/main.js'), 'built anew meanwhile');
    const target = path.join(root, 'context');
    await mkdir(target, { mode: 0o700 });
    await writeContext(context, target);
    for (const [name, text] of Object.entries(FILES)) {
      expect(await readFile(path.join(target, name), 'utf8')).to.equal(text);
    }
    if (process.platform === 'win32') return;
    for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
      const { mode } = await stat(path.join(entry.parentPath, entry.name));
      expect(mode & 0o777, entry.name).to.equal(entry.isDirectory() ? 0o755 : 0o644);
    }
  });

  it('says which part is missing', async () => {
    await rm(path.join(folder, 'dist/server'), { recursive: true });
    const error = await readContext(folder).catch((thrown) => thrown);
    expect(error.message).to.equal(`cannot build the image: ${path.join(folder, 'dist/server')} is missing`);
    expect(error.suggestions.join()).to.include('npm run build');
  });

  it('is what .dockerignore lets through and the Dockerfile takes', async () => {
    const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const let_through = lines(await readFile(path.join(ROOT, '.dockerignore'), 'utf8'))
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const parts = ['package.json', 'LICENSE', 'dist/THIRD-PARTY-LICENSES.txt', 'dist/server'];
    expect(let_through).to.have.members(parts);
    const dockerfile = await readFile(path.join(ROOT, 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) =>
      names!.split(' '),
    );
    expect(copied.map((name) => name.replace(/\/$/, ''))).to.have.members(parts);
    // So that any machine builds it for any platform.
    expect(dockerfile).not.to.match(/^RUN /m);
  });
});
