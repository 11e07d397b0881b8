import { mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { searchFiles } from '../../server/files/search/search-files.ts';
import type { FileStore } from '../../server/files/store.ts';
import { searchPages } from '../support/search-stores.ts';

describe('search in a folder of a person', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-s3-search-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (key: string, content: string) => {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), content);
  };

  it('follows no links and shows nothing hidden', async () => {
    await write('a.txt', 'needle');
    await write('.hidden', 'needle');
    await write('.git/config', 'needle');
    await write('.mcp-s3/own', 'needle');
    const outside = await mkdtemp(join(tmpdir(), 'mcp-s3-outside-'));
    try {
      await writeFile(join(outside, 'secret.txt'), 'needle');
      await symlink(join(outside, 'secret.txt'), join(folder, 'link.txt'));
      await symlink(outside, join(folder, 'linked'));
      const search = async (hidden: boolean) => {
        const { matches } = await searchFiles(await createFolderStore({ folder, hidden }), {
          pattern: 'needle',
        });
        return matches.map(({ key }) => key);
      };
      expect(await search(false)).to.deep.equal(['a.txt']);
      expect(await search(true)).to.deep.equal(['.git/config', '.hidden', 'a.txt']);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('is not led out by a folder that becomes a link after it was listed', async function () {
    if (process.platform === 'win32') this.skip();
    await write('d/a.txt', 'harmless');
    const outside = await mkdtemp(join(tmpdir(), 'mcp-s3-outside-'));
    try {
      await writeFile(join(outside, 'a.txt'), 'needle');
      const store = await createFolderStore({ folder });
      const swapping: FileStore = {
        ...store,
        bucket: store.bucket,
        ...(store.plainFiles && { plainFiles: store.plainFiles }),
        read: (key, options) => store.read(key, options),
        head: (key, options) => store.head(key, options),
        put: (key, body, options) => store.put(key, body, options),
        delete: (key, options) => store.delete(key, options),
        list: async (request) => {
          const page = await store.list(request);
          await rm(join(folder, 'd'), { recursive: true });
          await symlink(outside, join(folder, 'd'));
          return page;
        },
      };
      const { matches, searched } = await searchFiles(swapping, { pattern: 'needle' });
      expect(matches).to.deep.equal([]);
      expect(searched.files).to.equal(0);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('goes on inside a large file without reading what is before', async () => {
    const file = await open(join(folder, 'large.txt'), 'w');
    const block = Buffer.from(`${'x'.repeat(99)}\n`.repeat(10_000));
    for (let i = 0; i < 12; i++) {
      await file.write(block);
      await file.write(`é needle ${i}\n`);
    }
    await file.close();
    const store = await createFolderStore({ folder });
    const pages = await searchPages(store, { pattern: 'needle', contextLines: 1, limits: { matches: 5 } });
    const matches = pages.flatMap((page) => page.matches);
    expect(matches.map(({ text }) => text)).to.deep.equal(
      Array.from({ length: 12 }, (_, i) => `é needle ${i}`),
    );
    expect(matches.map(({ line }) => line)).to.deep.equal(
      Array.from({ length: 12 }, (_, i) => (i + 1) * 10_001),
    );
    expect(matches.every(({ before }) => before[0] === 'x'.repeat(99))).to.equal(true);
    expect(pages.at(-1)!.searched.bytes).to.be.lessThan(4_000_000);
  });
});
