import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { ServiceError } from '../../server/errors.ts';
import { createFolderStore } from '../../server/files/folder-store.ts';
import type { FileStore } from '../../server/files/store.ts';
import { createBucketCache } from '../../server/summaries/bucket-cache.ts';
import { type CachedSummary, type SummaryCache, summaryId } from '../../server/summaries/cache.ts';
import { createFolderCache } from '../../server/summaries/folder-cache.ts';
import { withMemory } from '../../server/summaries/memory-cache.ts';
import { createLogger } from '../../server/telemetry/logger.ts';

const entry = (id: string, summary = 'short'): CachedSummary => ({
  id,
  summary,
  model: 'm',
  coverage: 1,
  usage: { input_tokens: 1, output_tokens: 1, model_calls: 1 },
});

describe('summary caches', () => {
  let folder: string;
  let log: string[];
  const logger = () => createLogger({ destination: { write: (line: string) => void log.push(line) } });
  beforeEach(async () => {
    log = [];
    folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-s3-cache-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keep entries in a folder that only its owner can read', async () => {
    const place = path.join(folder, 'new', 'cache');
    const cache = createFolderCache(place, logger());
    expect(await cache.get('a')).to.equal(undefined);
    await cache.set('a', entry('a'));
    expect(await cache.get('a')).to.deep.equal(entry('a'));
    if (process.platform !== 'win32') {
      expect((await stat(place)).mode & 0o777).to.equal(0o700);
      expect((await stat(path.join(place, 'a.json'))).mode & 0o777).to.equal(0o600);
    }
    expect(log).to.deep.equal([]);
  });

  it('drop the oldest entries of a folder that grows too large', async () => {
    const cache = createFolderCache(folder, logger(), { maxEntries: 20, pruneEvery: 1 });
    for (let i = 0; i < 20; i++) {
      await cache.set(`e${i}`, entry(`e${i}`));
      await utimes(path.join(folder, `e${i}.json`), 1000 + i, 1000 + i);
    }
    await cache.set('last', entry('last'));
    expect(await readdir(folder)).to.have.lengthOf(18);
    expect(await cache.get('e0')).to.equal(undefined);
    expect(await cache.get('e19')).to.deep.equal(entry('e19'));
    expect(await cache.get('last')).to.deep.equal(entry('last'));
  });

  it('fail no request when a folder cannot be used, and say so in the log', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const cache = createFolderCache(path.join(file, 'cache'), logger());
    await cache.set('a', entry('a'));
    expect(await cache.get('a')).to.equal(undefined);
    expect(log.join('')).to.include('an entry cannot be written').and.not.include('short');
  });

  it('keep entries in a bucket under the reserved prefix', async () => {
    const put: string[] = [];
    const bucket = memoryStore(put);
    const cache = createBucketCache(bucket, logger());
    expect(await cache.get('a')).to.equal(undefined);
    await cache.set('a', entry('a'));
    expect(put).to.deep.equal(['.mcp-s3/summaries/a.json']);
    expect(await cache.get('a')).to.deep.equal(entry('a'));
    await bucket.put('.mcp-s3/summaries/b.json', Buffer.from('{"id":"b"}'));
    expect(await cache.get('b')).to.equal(undefined);
    await bucket.put('.mcp-s3/summaries/c.json', Buffer.alloc(300 * 1024, ' '));
    expect(await cache.get('c')).to.equal(undefined);
    expect(log).to.deep.equal([]);
  });

  it('fail no request when the bucket does', async () => {
    const store = await createFolderStore({ folder });
    const cache = createBucketCache(store, logger());
    // A folder store without access to what is reserved refuses.
    await cache.set('a', entry('a'));
    expect(await cache.get('a')).to.equal(undefined);
    expect(log.join('')).to.include('an entry cannot be written');
  });

  it('hold the summaries used last in memory, within bounds', async () => {
    const asked: string[] = [];
    const behind: SummaryCache = {
      get: async (id) => {
        asked.push(id);
        return entry(id);
      },
      set: async () => undefined,
    };
    const cache = withMemory(behind, 1200);
    await cache.get('a');
    await cache.get('a');
    await cache.get('b');
    await cache.get('a');
    expect(asked).to.deep.equal(['a', 'b']);
    await cache.get('c');
    await cache.get('b');
    expect(asked).to.deep.equal(['a', 'b', 'c', 'b']);
  });

  it('take an entry for another when anything differs that changes the summary', () => {
    const head = { key: 'a.md', size: 1, etag: '"e"', lastModified: new Date(0) };
    const writer = { model: 'm', version: '1' };
    const options = { style: 'tldr', maxWords: 10 } as const;
    const id = summaryId(head, writer, options);
    expect(id).to.match(/^[0-9a-f]{64}$/);
    const same = summaryId({ ...head, key: 'copy/of/b.MD', lastModified: new Date(1) }, writer, options);
    expect(same).to.equal(id);
    const others = [
      summaryId({ ...head, etag: '"f"' }, writer, options),
      summaryId({ ...head, size: 2 }, writer, options),
      summaryId({ ...head, key: 'a.log' }, writer, options),
      summaryId({ ...head, contentEncoding: 'gzip' }, writer, options),
      summaryId(head, { ...writer, model: 'n' }, options),
      summaryId(head, { ...writer, version: '2' }, options),
      summaryId(head, writer, { ...options, style: 'bullets' }),
      summaryId(head, writer, { ...options, maxWords: 11 }),
      summaryId(head, writer, { ...options, focus: 'x' }),
    ];
    expect(new Set([id, ...others]).size).to.equal(others.length + 1);
  });
});

/** As much of a bucket as a cache needs. */
function memoryStore(put: string[]): FileStore {
  const files = new Map<string, Buffer>();
  const missing = (key: string) => new ServiceError('not_found', key);
  return {
    bucket: 'b',
    async read(key) {
      const content = files.get(key);
      if (content === undefined) throw missing(key);
      const head = { key, size: content.length, etag: '"e"', lastModified: new Date(0) };
      return { head, start: 0, end: content.length - 1, body: Readable.from([content]) };
    },
    async put(key, body) {
      put.push(key);
      files.set(key, body as Buffer);
      return { etag: '"e"', size: 0, sha256: '' };
    },
  } as FileStore;
}
