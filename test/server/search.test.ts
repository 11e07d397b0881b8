import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { compareKeys } from '../../server/files/key-order.ts';
import { scopeStore } from '../../server/files/scope.ts';
import { searchFiles } from '../../server/files/search/search-files.ts';
import type { SearchRequest } from '../../server/files/search/search-request.ts';
import type { FileStore } from '../../server/files/store.ts';
import { naiveSearch } from '../support/naive-search.ts';
import { type SearchedStore, STORES, searchPages } from '../support/search-stores.ts';
import { failure } from '../support/store-probes.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0needle', 'latin1');

for (const [name, make] of Object.entries(STORES)) {
  describe(`search in ${name}`, () => {
    let tested: SearchedStore;
    let store: FileStore;

    beforeEach(async () => {
      tested = await make();
      store = tested.store;
    });
    afterEach(() => tested.close());

    it('finds lines in the order of keys, with context', async () => {
      await tested.put({
        'b.txt': 'one\r\ntwo needle\r\nthree\r\n',
        'a/x.txt': 'needle',
        'a.txt': 'no\n\nneedle needle\n',
      });
      const { matches, ...rest } = await searchFiles(store, { pattern: 'needle', contextLines: 1 });
      expect(matches).to.deep.equal([
        { key: 'a.txt', line: 3, text: 'needle needle', cut: false, offset: 4, before: [''], after: [] },
        { key: 'a/x.txt', line: 1, text: 'needle', cut: false, offset: 0, before: [], after: [] },
        {
          key: 'b.txt',
          line: 2,
          text: 'two needle',
          cut: false,
          offset: 9,
          before: ['one'],
          after: ['three'],
        },
      ]);
      expect(rest).to.deep.equal({
        searched: { files: 3, bytes: 48 },
        skipped: { binary: 0, tooLarge: 0, unreadable: 0 },
        failures: [],
        complete: true,
      });
    });

    it('finds page by page what one search finds, and what a naive one does', async () => {
      const word = fc.constantFrom('needle', 'Needle', 'x', 'é', '12-ab', '\n', '\r\n', ' ');
      const file = fc.array(word, { maxLength: 25 }).map((parts) => parts.join(''));
      const files = fc.dictionary(fc.constantFrom('a', 'b/c', 'b', 'd//e', '../f', 'é', '😀'), file, {
        maxKeys: 6,
      });
      const pattern = fc.constantFrom('needle', '(?i)NEED', '\\d+-[a-z]+', '^.?$', 'x|é', '\\w+ ');
      await fc.assert(
        fc.asyncProperty(
          files,
          pattern,
          fc.nat(2),
          fc.integer({ min: 1, max: 3 }),
          async (content, regex, context, limit) => {
            for (const { key } of (await store.list()).files) await store.delete(key);
            await tested.put(content);
            const request = { pattern: regex, mode: 'regex' as const, contextLines: context };
            const expected = Object.keys(content)
              .sort(compareKeys)
              .flatMap((key) =>
                naiveSearch(content[key]!, { ...request, ignoreCase: false }).map((match) => ({
                  key,
                  ...match,
                })),
              );
            const one = await searchFiles(store, { ...request, limits: { matches: 1e6, output: 1e9 } });
            expect(one.matches).to.deep.equal(expected);
            const pages = await searchPages(store, { ...request, limits: { matches: limit } });
            expect(pages.flatMap(({ matches }) => matches)).to.deep.equal(expected);
            expect(pages.reduce((sum, { searched }) => sum + searched.files, 0)).to.equal(
              Object.keys(content).length,
            );
            const slow = await searchPages(store, { ...request, limits: { bytes: 1, timeMs: 0, output: 1 } });
            expect(slow.flatMap(({ matches }) => matches)).to.deep.equal(expected);
          },
        ),
        { numRuns: name === 'S3' ? 8 : 25 },
      );
    });

    it('reads every encoding, and gzip, and counts what is no text', async () => {
      await tested.put({
        'latin.txt': Buffer.from('die Nadel f\xfcr alle: needle\n', 'latin1'),
        'utf16.txt': Buffer.from('\ufeffeine needle\n', 'utf16le'),
        'image.png': PNG,
        'zeros.bin': Buffer.from('needle\0needle'),
        'empty.txt': '',
        'bad.txt': Buffer.concat([Buffer.from('é needle '), Buffer.from([0xff, 0xfe, 0x0a])]),
      });
      const gzip = { contentEncoding: 'gzip' };
      await store.put('packed.txt', gzipSync(`${'line\n'.repeat(300_000)}needle\nneedle\n`), gzip);
      await store.put('broken.txt', gzipSync('needle').subarray(0, 12), gzip);
      const pages = await Promise.all([
        searchPages(store, { pattern: 'needle', prefix: 'e' }),
        searchFiles(store, { pattern: 'needle' }),
        searchFiles(store, { pattern: 'für' }),
      ]);
      expect(pages[0][0]).to.deep.include({ searched: { files: 1, bytes: 0 }, complete: true });
      expect(pages[1].matches.map(({ key, line }) => [key, line])).to.deep.equal([
        ['bad.txt', 1],
        ['latin.txt', 1],
        ['packed.txt', 300_001],
        ['packed.txt', 300_002],
        ['utf16.txt', 1],
      ]);
      expect(pages[1].skipped).to.deep.equal({ binary: 2, tooLarge: 0, unreadable: 1 });
      expect(pages[1].failures[0]).to.have.property('key', 'broken.txt');
      expect(pages[1].complete).to.equal(false);
      expect(pages[2].matches.map(({ text }) => text)).to.deep.equal(['die Nadel für alle: needle']);
      let cursor: string | undefined;
      const lines: number[] = [];
      do {
        const page = await searchFiles(store, {
          pattern: 'needle',
          prefix: 'packed',
          limits: { matches: 1 },
          ...(cursor !== undefined && { cursor }),
        });
        lines.push(...page.matches.map(({ line }) => line));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(lines).to.deep.equal([300_001, 300_002]);
    });

    it('looks only where it is told to', async () => {
      await tested.put({
        'docs/a.md': 'needle',
        'docs/b.txt': 'needle',
        'docs-evil/c.md': 'needle',
        'e.md': 'needle',
      });
      expect(await tested.keys({ pattern: 'needle', glob: '*.md' })).to.deep.equal([
        'docs-evil/c.md',
        'docs/a.md',
        'e.md',
      ]);
      expect(await tested.keys({ pattern: 'needle', prefix: 'docs/', glob: '*.md' })).to.deep.equal([
        'docs/a.md',
      ]);
      const scoped = scopeStore(store, ['docs']);
      const found = await searchPages(scoped, { pattern: 'needle', limits: { matches: 1 } });
      expect(found.flatMap(({ matches }) => matches.map(({ key }) => key))).to.deep.equal([
        'docs/a.md',
        'docs/b.txt',
      ]);
      expect(
        (await searchFiles(scoped, { pattern: 'needle', prefix: 'docs-evil/' })).searched.files,
      ).to.equal(0);
    });

    it('refuses cursors that are not its own', async () => {
      await tested.put({ 'a.txt': 'needle\nneedle\n', 'b.txt': 'needle\n' });
      const request: SearchRequest = { pattern: 'needle', limits: { matches: 1 } };
      const { nextCursor } = await searchFiles(store, request);
      const forged = (at: number, part: string) => {
        const parts = JSON.parse(Buffer.from(nextCursor!, 'base64url').toString());
        parts[at] = part;
        return Buffer.from(JSON.stringify(parts)).toString('base64url');
      };
      const bad = [
        'x',
        '',
        'x'.repeat(20_000),
        'x'.repeat(2_000_000),
        forged(4, '-1 1 0 -1 0 1'),
        forged(4, '9 1 0 -1 0 1'),
        forged(4, '1 1 1 -1 2 0'),
        forged(2, ''),
        forged(5, 'more'),
      ];
      for (const cursor of bad)
        expect(await failure(searchFiles(store, { ...request, cursor })), cursor.slice(0, 99)).to.equal(
          'bad_request',
        );
      const foreign = [
        { pattern: 'needl' },
        { ...request, prefix: 'a' },
        { ...request, contextLines: 1 },
        { ...request, glob: '*' },
      ];
      for (const other of foreign)
        expect(await failure(searchFiles(store, { ...other, cursor: nextCursor! }))).to.equal('bad_request');
      // One that is well made but leads nowhere does no harm.
      const far = forged(4, '9000000000 1 9000000000 -1 0 1');
      expect(
        (await searchFiles(store, { ...request, cursor: far })).matches.map(({ key }) => key),
      ).to.deep.equal(['b.txt']);
    });

    it('searches a file that changed between two pages from its start, and passes over one that is gone', async () => {
      await tested.put({ 'a.txt': 'needle 1\nneedle 2\n', 'b.txt': 'needle 3\n' });
      const request: SearchRequest = { pattern: 'needle', limits: { matches: 1 } };
      const { nextCursor } = await searchFiles(store, request);
      await tested.put({ 'a.txt': 'new needle\n' });
      const changed = await searchFiles(store, { ...request, cursor: nextCursor! });
      expect(changed.matches[0]).to.include({ key: 'a.txt', text: 'new needle' });
      await store.delete('a.txt');
      const gone = await searchFiles(store, { ...request, cursor: nextCursor! });
      expect(gone.matches[0]).to.include({ key: 'b.txt' });
    });
  });
}
