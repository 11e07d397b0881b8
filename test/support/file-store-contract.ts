import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { FileStore } from '../../server/files/store.ts';
import { describeFailingPuts, type StoreUnderTest } from './file-store-failing-puts.ts';
import { describeListing } from './file-store-listing.ts';
import { ODD_KEYS } from './odd-keys.ts';
import { all, expectContent, failure, pattern, pieces, sha256 } from './store-probes.ts';

/** What a server cannot do by its nature, so that the others are still held to it. */
export interface StoreLimits {
  /** A file system without an overlay refuses `a/b` beside `a`, climbing keys and long names. */
  plainKeysOnly?: boolean;
}

const KEYS_OF_PLAIN_STORES = [
  'b/c',
  'a b',
  'a+b',
  'a%20b',
  '\u00e9',
  '\u{1f600}',
  'a?b',
  'd/x',
  "a'b",
  'a&b=c',
];

/** The contract of FileStore, for any implementation. Each test gets an empty store of its own. */
export function describeFileStore(
  name: string,
  make: () => Promise<StoreUnderTest>,
  limits: StoreLimits = {},
): void {
  describe(`${name} as a FileStore`, () => {
    let tested: StoreUnderTest;
    let store: FileStore;

    beforeEach(async () => {
      tested = await make();
      store = tested.store;
    });

    afterEach(async () => {
      await tested.dispose();
    });

    const keys = limits.plainKeysOnly ? KEYS_OF_PLAIN_STORES : ODD_KEYS;
    for (const [order, ordered] of [
      ['one order', keys],
      ['the other', [...keys].reverse()],
    ] as const) {
      it(`holds ${keys.length} odd keys put in ${order}, also after deletes`, async () => {
        for (const key of ordered) await store.put(key, Buffer.from(`first ${key}`));
        await expectContent(store, new Map(ordered.map((key) => [key, `first ${key}`])));
        const [gone, kept] = [ordered.filter((_, i) => i % 2 === 0), ordered.filter((_, i) => i % 2 === 1)];
        for (const key of gone) await store.delete(key);
        await expectContent(store, new Map(kept.map((key) => [key, `first ${key}`])));
        for (const key of gone) expect(await failure(store.read(key)), key).to.equal('not_found');
        for (const key of gone) await store.put(key, Buffer.from(`second ${key}`));
        await expectContent(
          store,
          new Map([
            ...kept.map((key) => [key, `first ${key}`]),
            ...gone.map((key) => [key, `second ${key}`]),
          ] as [string, string][]),
        );
        for (const key of ordered) await store.delete(key);
        expect((await store.list()).files).to.deep.equal([]);
      });
    }

    it('stores what it is given and says what that was', async () => {
      const content = Buffer.from('three lines\nof text\n\u00fc\n');
      const put = await store.put('docs/a.txt', content, { contentType: 'text/plain' });
      expect(put.size).to.equal(content.length);
      expect(put.sha256).to.equal(sha256(content));
      const head = await store.head('docs/a.txt');
      expect(head).to.include({
        key: 'docs/a.txt',
        size: content.length,
        etag: put.etag,
        contentType: 'text/plain',
      });
      expect(head.lastModified.getTime()).to.be.greaterThan(Date.now() - 3_600_000);
      expect((await store.list()).files[0]).to.include({
        key: 'docs/a.txt',
        size: content.length,
        etag: put.etag,
      });
      const read = await store.read('docs/a.txt');
      expect(read.head).to.deep.equal(head);
      expect([read.start, read.end]).to.deep.equal([0, content.length - 1]);
      expect(await all(read.body)).to.deep.equal(content);
    });

    it('keeps content type and encoding of each version', async () => {
      await store.put('x.bin', Buffer.from('1'), { contentType: 'text/x-odd', contentEncoding: 'gzip' });
      expect(await store.head('x.bin')).to.include({ contentType: 'text/x-odd', contentEncoding: 'gzip' });
      await store.put('x.bin', Buffer.from('2'), { contentType: 'text/plain' });
      const head = await store.head('x.bin');
      expect(head.contentType).to.equal('text/plain');
      expect(head.contentEncoding).to.equal(undefined);
    });

    it('stores an empty file', async () => {
      const put = await store.put('empty', Readable.from([]));
      expect(put).to.include({ size: 0, sha256: sha256(Buffer.alloc(0)) });
      const read = await store.read('empty');
      expect([read.start, read.end, read.head.size]).to.deep.equal([0, -1, 0]);
      expect((await all(read.body)).length).to.equal(0);
    });

    it('stores a stream of many parts, in chunks of any size', async () => {
      const content = pattern(12 * 1024 * 1024 + 17);
      const progress: number[] = [];
      const put = await store.put('big', Readable.from(pieces(content)), {
        sha256: sha256(content),
        onProgress: (bytes) => progress.push(bytes),
      });
      expect(put).to.include({ size: content.length, sha256: sha256(content) });
      expect(progress.at(-1)).to.equal(content.length);
      expect(progress).to.deep.equal([...progress].sort((a, b) => a - b));
      const read = await store.read('big');
      expect(read.head.etag).to.equal(put.etag);
      expect(sha256(await all(read.body))).to.equal(put.sha256);
    });

    it('reads ranges, clipped to the file', async () => {
      await store.put('r', Buffer.from('0123456789'));
      for (const [range, start, end, text] of [
        [{ start: 0, end: 0 }, 0, 0, '0'],
        [{ start: 3, end: 5 }, 3, 5, '345'],
        [{ start: 7 }, 7, 9, '789'],
        [{ start: 8, end: 99 }, 8, 9, '89'],
      ] as const) {
        const read = await store.read('r', { range });
        expect([read.start, read.end, (await all(read.body)).toString()]).to.deep.equal([start, end, text]);
        expect(read.head.size).to.equal(10);
      }
      expect(await failure(store.read('r', { range: { start: 10 } }))).to.equal('range_not_satisfiable');
      await store.put('empty', Buffer.alloc(0));
      expect(await failure(store.read('empty', { range: { start: 0 } }))).to.equal('range_not_satisfiable');
    });

    it('reads only the version asked for', async () => {
      const first = await store.put('v', Buffer.from('one'));
      expect((await all((await store.read('v', { ifMatch: first.etag })).body)).toString()).to.equal('one');
      const second = await store.put('v', Buffer.from('two'));
      expect(second.etag).not.to.equal(first.etag);
      expect(await failure(store.read('v', { ifMatch: first.etag }))).to.equal('precondition_failed');
    });

    it('goes on reading a version that is replaced or deleted meanwhile', async () => {
      const content = pattern(3 * 1024 * 1024);
      await store.put('v', content);
      const { body } = await store.read('v');
      const iterator = body[Symbol.asyncIterator]();
      const first = await iterator.next();
      await store.put('v', Buffer.from('new'));
      await store.delete('v');
      const rest: Buffer[] = [first.value];
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) rest.push(next.value);
      expect(Buffer.concat(rest).equals(content)).to.equal(true);
    });

    it('creates only, or replaces only a version, when told so', async () => {
      const first = await store.put('c', Buffer.from('1'), { ifNoneMatch: '*' });
      expect(await failure(store.put('c', Buffer.from('2'), { ifNoneMatch: '*' }))).to.equal(
        'precondition_failed',
      );
      const second = await store.put('c', Buffer.from('3'), { ifMatch: first.etag });
      expect(await failure(store.put('c', Buffer.from('4'), { ifMatch: first.etag }))).to.equal(
        'precondition_failed',
      );
      expect(await failure(store.put('none', Buffer.from('5'), { ifMatch: first.etag }))).to.equal(
        'precondition_failed',
      );
      expect((await store.head('c')).etag).to.equal(second.etag);
      await expectContent(store, new Map([['c', '3']]));
    });

    it('holds conditions also for a file of many parts', async () => {
      await store.put('c', Buffer.from('1'));
      const body = () => Readable.from(pieces(pattern(9 * 1024 * 1024)));
      expect(await failure(store.put('c', body(), { ifNoneMatch: '*' }))).to.equal('precondition_failed');
      expect(await failure(store.put('c', body(), { ifMatch: '"other"' }))).to.equal('precondition_failed');
      await expectContent(store, new Map([['c', '1']]));
      expect((await tested.leftovers?.()) ?? []).to.deep.equal([]);
    });

    it('lets one of many creators win', async () => {
      const puts = Array.from({ length: 8 }, (_, i) =>
        store.put('race', Readable.from(pieces(Buffer.from(`writer ${i}`))), { ifNoneMatch: '*' }),
      );
      const results = await Promise.allSettled(puts);
      const won = results.flatMap((result, i) => (result.status === 'fulfilled' ? [i] : []));
      expect(won).to.have.length(1);
      await expectContent(store, new Map([['race', `writer ${won[0]}`]]));
    });

    it('ends a read with the reason of the signal', async () => {
      await store.put('big', pattern(4 * 1024 * 1024));
      const abort = new AbortController();
      const { body } = await store.read('big', { signal: abort.signal });
      const error = await (async () => {
        for await (const _ of body) abort.abort(new Error('enough'));
      })().catch((reason) => reason);
      expect(error).to.be.instanceOf(Error);
      expect(error.message === 'enough' || error.cause?.message === 'enough').to.equal(true);
      expect(await store.read('big', { signal: abort.signal }).catch((reason) => reason.message)).to.equal(
        'enough',
      );
    });

    it('deletes, and does not mind if there is nothing', async () => {
      await store.put('d', Buffer.from('1'));
      await store.delete('d');
      await store.delete('d');
      await store.delete('never/there');
      expect(await failure(store.head('d'))).to.equal('not_found');
      expect(await failure(store.read('d'))).to.equal('not_found');
      expect((await store.list()).files).to.deep.equal([]);
    });

    it('refuses what can be no key, in plain words', async () => {
      for (const key of ['', 'k'.repeat(1025), '\ud800', 'a\udc00b']) {
        expect(await failure(store.put(key, Buffer.alloc(0)))).to.equal('bad_request');
        expect(await failure(store.read(key))).to.equal('bad_request');
        expect(await failure(store.head(key))).to.equal('bad_request');
      }
    });

    it('keeps its own prefix to itself', async () => {
      expect(await failure(store.put('.mcp-s3/objects/x', Buffer.alloc(0)))).to.equal('bad_request');
      expect(await failure(store.read('.mcp-s3/objects/x'))).to.equal('not_found');
      expect(await failure(store.head('.mcp-s3/objects/x'))).to.equal('not_found');
      expect(await failure(store.delete('.mcp-s3/objects/x'))).to.equal('bad_request');
      expect(await store.list({ prefix: '.mcp-s3/' })).to.deep.equal({ files: [], prefixes: [] });
    });

    describeFailingPuts(() => tested);
    describeListing(() => store, limits.plainKeysOnly ?? false);
  });
}
