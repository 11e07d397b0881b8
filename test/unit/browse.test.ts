import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type BrowsePage, type BrowseRequest, browse } from '../../server/files/browse.ts';
import { createFolderStore } from '../../server/files/folder-store.ts';
import type { FileStore } from '../../server/files/store.ts';

const KEYS = ['a.md', 'b.txt', 'docs/a.md', 'docs/deep/er/x.md', 'docs/deep/y.txt', 'docs/z.md', 'log/1.log'];

describe('browse', () => {
  let folder: string;
  let store: FileStore;
  const { signal } = new AbortController();
  const page = (request: Partial<BrowseRequest>) => browse(store, { limit: 100, signal, ...request });
  const names = ({ files, folders }: BrowsePage) => [files.map(({ key }) => key), folders];

  /** All pages, with the number of entries on each. */
  async function walk(request: Partial<BrowseRequest>) {
    const files: string[] = [];
    const folders: string[] = [];
    let cursor: string | undefined;
    do {
      const next: BrowsePage = await page({ ...request, cursor });
      expect(next.files.length + next.folders.length).to.be.at.most(request.limit ?? 100);
      files.push(...next.files.map(({ key }) => key));
      folders.push(...next.folders);
      cursor = next.nextCursor;
    } while (cursor !== undefined);
    return [files, folders];
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-s3-browse-'));
    store = await createFolderStore({ folder });
    for (const [index, key] of KEYS.entries()) await store.put(key, Buffer.alloc((index * 3) % 7, 'x'));
  });
  after(() => rm(folder, { recursive: true }));

  it('lists all keys in their order, on pages of any size', async () => {
    for (const limit of [1, 2, 3, 100]) expect(await walk({ limit })).to.deep.equal([KEYS, []]);
  });

  it('rolls up what lies deeper than asked', async () => {
    expect(names(await page({ depth: 1 }))).to.deep.equal([
      ['a.md', 'b.txt'],
      ['docs/', 'log/'],
    ]);
    const second = [['a.md', 'b.txt', 'docs/a.md', 'docs/z.md', 'log/1.log'], ['docs/deep/']];
    for (const limit of [1, 2, 100]) expect(await walk({ depth: 2, limit })).to.deep.equal(second);
    expect(names(await page({ prefix: 'docs/', depth: 1 }))).to.deep.equal([
      ['docs/a.md', 'docs/z.md'],
      ['docs/deep/'],
    ]);
  });

  it('filters by glob', async () => {
    const markdown = ['a.md', 'docs/a.md', 'docs/deep/er/x.md', 'docs/z.md'];
    for (const limit of [1, 100]) expect(await walk({ glob: '*.md', limit })).to.deep.equal([markdown, []]);
    expect(names(await page({ glob: 'docs/*.md' }))[0]).to.deep.equal(['docs/a.md', 'docs/z.md']);
    expect(await walk({ glob: '*.none', limit: 1 })).to.deep.equal([[], []]);
  });

  it('sorts by size and by time, on pages', async () => {
    const bySize = [...KEYS].sort((a, b) => ((KEYS.indexOf(b) * 3) % 7) - ((KEYS.indexOf(a) * 3) % 7));
    for (const limit of [2, 100]) expect(await walk({ order: 'largest', limit })).to.deep.equal([bySize, []]);
    await store.put('b.txt', Buffer.from('new'));
    expect(names(await page({ order: 'newest', limit: 1 }))[0]).to.deep.equal(['b.txt']);
    expect(names(await page({ order: 'newest', glob: '*.md', limit: 1 }))[0]).to.deep.equal(['docs/z.md']);
  });

  it('refuses cursors that are none, and globs that are none', async () => {
    for (const wrong of [
      { cursor: 'x' },
      { cursor: 'WyJhIl0' },
      { order: 'newest' as const, cursor: 'e30' },
      { glob: '[' },
    ]) {
      const error = await page(wrong).catch((reason) => reason);
      expect(error, JSON.stringify(wrong)).to.include({ name: 'ServiceError', code: 'bad_request' });
    }
  });
});
