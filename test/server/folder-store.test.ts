import { execFileSync } from 'node:child_process';
import fsp, {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { createFolderStore } from '../../server/files/folder-store.ts';
import type { FileStore } from '../../server/files/store.ts';
import { all, failure, listAll, pattern } from '../support/store-probes.ts';

describe('the folder store, as a folder', () => {
  let outside: string;
  let folder: string;
  let store: FileStore;

  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), 'mcp-s3-folder-'));
    folder = join(outside, 'My Notes');
    await mkdir(folder);
    store = await createFolderStore({ folder });
  });

  afterEach(() => rm(outside, { recursive: true }));

  const text = async (key: string) => (await all((await store.read(key)).body)).toString();

  it('shows ordinary keys as ordinary files, and leaves nothing of its own beside them', async () => {
    await store.put('docs/über/a b.txt', Buffer.from('1'));
    expect(await readFile(join(folder, 'docs/über/a b.txt'), 'utf8')).to.equal('1');
    expect(await readdir(folder)).to.deep.equal(['docs']);
    await store.put('odd//key', Buffer.from('2'));
    expect(await readdir(folder)).to.have.members(['docs', '.mcp-s3']);
    await store.delete('odd//key');
    expect(await readdir(folder)).to.deep.equal(['docs']);
  });

  it('serves what a person puts into the folder, also later', async () => {
    await writeFile(join(folder, 'a.md'), 'one');
    const { etag } = await store.head('a.md');
    expect(await text('a.md')).to.equal('one');
    await writeFile(join(folder, 'a.md'), 'two!');
    expect(await text('a.md')).to.equal('two!');
    expect((await store.head('a.md')).etag).not.to.equal(etag);
    expect((await store.head('a.md')).contentType).to.equal('text/markdown');
  });

  it('lets a real file win over a blocked key, and brings that back to its path by the next put', async () => {
    await store.put('a', Buffer.from('file'));
    await store.put('a/b', Buffer.from('beside'));
    await store.delete('a');
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a/b'), 'real');
    expect(await text('a/b')).to.equal('real');
    expect((await listAll(store)).keys).to.deep.equal(['a/b']);
    await store.put('a/b', Buffer.from('new'));
    expect(await readFile(join(folder, 'a/b'), 'utf8')).to.equal('new');
    expect(await readdir(folder)).to.deep.equal(['a']);
  });

  it('says that a key is a folder', async () => {
    await store.put('docs/a', Buffer.from('1'));
    for (const key of ['docs', 'docs/']) {
      const message = await store.read(key).catch((error) => error.message);
      expect(message).to.equal(
        `no such file: ${JSON.stringify(key)} is a folder. List it with the prefix "docs/"`,
      );
    }
  });

  it('keeps the permissions of a file that it replaces', async () => {
    await writeFile(join(folder, 'run.sh'), '1', { mode: 0o750 });
    await store.put('run.sh', Buffer.from('2'));
    expect((await stat(join(folder, 'run.sh'))).mode & 0o777).to.equal(0o750);
  });

  it('is named like its folder, as far as buckets can be', async () => {
    expect(store.bucket).to.equal('my-notes');
    for (const [name, bucket] of [
      ['a', 'a-files'],
      ['日本', 'local-files'],
      ['Été_2026', 'ete-2026'],
      ['10.0.0.1', '10-0-0-1-files'],
      ['-x..y-', 'x-y'],
      ['z'.repeat(80), 'z'.repeat(63)],
    ] as const) {
      await mkdir(join(outside, name));
      const named = await createFolderStore({ folder: join(outside, name) });
      expect(named.bucket).to.equal(bucket);
      expect(named.bucket).to.match(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
    }
  });

  it('refuses a folder that is none', async () => {
    const message = (path: string) => createFolderStore({ folder: path }).catch((error) => error.message);
    expect(await message(join(folder, 'none'))).to.contain('there is none of this name');
    await writeFile(join(folder, 'file'), '');
    expect(await message(join(folder, 'file'))).to.contain('it is a file');
  });

  it('serves no pipes, and does not wait for them', async function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await failure(store.read('pipe'))).to.equal('not_found');
    expect((await listAll(store)).keys).to.deep.equal([]);
    await store.put('pipe', Buffer.from('1'));
    expect(await text('pipe')).to.equal('1');
  });

  it('ends a read with an error when the file is written in place meanwhile', async () => {
    await writeFile(join(folder, 'log'), pattern(3_000_000));
    for (const change of [Buffer.alloc(4_000_000), Buffer.alloc(10)]) {
      await writeFile(join(folder, 'log'), pattern(3_000_000));
      const { body } = await store.read('log');
      const error = await (async () => {
        let changed = false;
        for await (const _ of body) {
          if (!changed) await writeFile(join(folder, 'log'), change);
          changed = true;
        }
      })().catch((reason) => reason);
      expect(error?.code).to.equal('storage_failed');
      expect(error.message).to.contain('changed while it was read');
    }
  });

  it('serves a file that only grows meanwhile up to the size it had', async () => {
    const before = pattern(3_000_000);
    await writeFile(join(folder, 'log'), before);
    const { head, body } = await store.read('log');
    const pieces: Buffer[] = [];
    for await (const piece of body) {
      pieces.push(piece);
      await appendFile(join(folder, 'log'), 'another line\n');
    }
    expect(Buffer.concat(pieces).equals(before)).to.equal(true);
    expect(head.size).to.equal(before.length);
  });

  it('gives quick puts of one size different etags', async () => {
    const etags = new Set<string>();
    for (let i = 0; i < 50; i++) etags.add((await store.put('same', Buffer.from(String(i % 10)))).etag);
    expect(etags.size).to.equal(50);
  });

  it('removes what killed processes left, and only that', async () => {
    const tmp = join(folder, '.mcp-s3/tmp');
    await mkdir(tmp, { recursive: true });
    await writeFile(join(tmp, '00000000-1-0123456789abcdef'), 'old, of another machine');
    await utimes(join(tmp, '00000000-1-0123456789abcdef'), 1, 1);
    await writeFile(join(tmp, '00000000-1-fedcba9876543210'), 'fresh, of another machine');
    await writeFile(join(tmp, 'note'), 'of a person');
    await createFolderStore({ folder });
    expect(await readdir(tmp)).to.have.members(['00000000-1-fedcba9876543210', 'note']);
    await rm(join(tmp, 'note'));
    await rm(join(tmp, '00000000-1-fedcba9876543210'));
    await createFolderStore({ folder });
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('opens only the folders that a page needs', async () => {
    for (let i = 0; i < 60; i++) {
      await mkdir(join(folder, `d${String(i).padStart(2, '0')}/sub`), { recursive: true });
      for (const name of ['1', '2', 'sub/3'])
        await writeFile(join(folder, `d${String(i).padStart(2, '0')}`, name), '');
    }
    const { opendir: original } = fsp;
    let opened = 0;
    const count = async <T>(work: () => Promise<T>): Promise<number> => {
      opened = 0;
      await work();
      return opened;
    };
    fsp.opendir = ((...args: Parameters<typeof original>) => {
      opened++;
      return original(...args);
    }) as typeof original;
    syncBuiltinESMExports();
    try {
      expect(await count(() => store.list({ limit: 5 }))).to.be.at.most(6);
      const { nextCursor } = await store.list({ limit: 150 });
      expect(await count(() => store.list({ limit: 5, cursor: nextCursor! }))).to.be.at.most(7);
      expect(await count(() => store.list({ prefix: 'd31/' }))).to.be.at.most(3);
      expect(await count(() => store.list({ prefix: 'd3', limit: 3 }))).to.be.at.most(5);
      expect(await count(() => store.list({ prefix: 'd31/s' }))).to.be.at.most(3);
      expect(await count(() => store.list({ delimiter: '/', limit: 5 }))).to.be.at.most(7);
    } finally {
      fsp.opendir = original;
      syncBuiltinESMExports();
    }
  });

  it('lists a folder with more names than it holds at a time', async () => {
    const names = Array.from({ length: 700 }, (_, i) => `f${(i * 7919) % 700}`);
    for (const name of names) await mkdir(join(folder, name.replace('f', 'empty-')));
    for (const name of names) await writeFile(join(folder, name), '');
    for (const limit of [13, 60, 1000]) {
      expect((await listAll(store, { limit })).keys).to.deep.equal([...names].sort());
    }
    expect((await listAll(store, { delimiter: '/', limit: 13 })).prefixes).to.deep.equal([]);
  });

  it('lets two stores on one folder put odd keys at once', async () => {
    const other = await createFolderStore({ folder });
    const keys = Array.from({ length: 40 }, (_, i) => `odd//${i}`);
    await Promise.all(
      keys.map((key, i) => (i % 2 ? store : other).put(key, Readable.from([Buffer.from(key)]))),
    );
    expect((await listAll(other)).keys).to.deep.equal([...keys].sort());
    await Promise.all(keys.map((key, i) => (i % 2 ? other : store).delete(key)));
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('says when the folder is gone', async () => {
    await rename(folder, join(outside, 'moved'));
    expect(await failure(store.list())).to.equal('storage_failed');
    await rename(join(outside, 'moved'), folder);
  });
});
