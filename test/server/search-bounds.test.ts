import { expect } from 'chai';
import { searchFiles } from '../../server/files/search/search-files.ts';
import type { FileStore } from '../../server/files/store.ts';
import { type SearchedStore, STORES, searchPages } from '../support/search-stores.ts';
import { failure } from '../support/store-probes.ts';

/** Runs for seconds on a line that is long and holds a match only at its end. */
const SLOW = { pattern: '((\\w| ){1,30}){1,30}[XZ]', mode: 'regex' } as const;
const SLOW_LINE = `${'abcdefg '.repeat(8_000)}Z\n`;

for (const [name, make] of Object.entries(STORES)) {
  describe(`the bounds of a search in ${name}`, () => {
    let tested: SearchedStore;
    let store: FileStore;

    beforeEach(async () => {
      tested = await make();
      store = tested.store;
    });
    afterEach(() => tested.close());

    it('ends at once when it is aborted, and the next search works', async () => {
      await tested.put({ 'a.txt': SLOW_LINE, 'b.txt': 'needle' });
      const leaving = new AbortController();
      const search = searchFiles(store, SLOW, leaving.signal);
      setTimeout(() => leaving.abort(new Error('left')), 50);
      expect(await search.catch((error: Error) => error.message)).to.equal('left');
      expect(await tested.keys({ pattern: 'needle' })).to.deep.equal(['b.txt']);
    });

    it('ends a thread that is stuck in a line, says where, and searches on with another', async () => {
      await tested.put({ 'b.txt': SLOW_LINE, 'c.txt': 'needle' });
      const search = searchFiles(store, { ...SLOW, limits: { timeMs: 1, graceMs: 30 } });
      const error = await search.then(
        () => new Error('no failure'),
        (thrown: Error) => thrown,
      );
      expect(error.message).to.include('"b.txt"').and.include('repeat counts');
      expect(await failure(search)).to.equal('bad_request');
      expect(await tested.keys({ pattern: 'needle' })).to.deep.equal(['c.txt']);
    });

    it('is not made to hang by patterns that explode elsewhere', async () => {
      await tested.put({ 'a.txt': `${'a'.repeat(60_000)}!\n`, 'b.txt': 'x'.repeat(30_000) });
      const alternation = Array.from({ length: 120 }, (_, i) => `w${i * 7919}`).join('|');
      for (const pattern of ['(a+)+$', '\\pL{900}c$', '(x+x+)+y', alternation]) {
        const { matches, complete } = await searchFiles(store, {
          pattern,
          mode: 'regex',
          limits: { timeMs: 600_000 },
        });
        expect([matches.length, complete], pattern).to.deep.equal([0, true]);
      }
    });

    it('runs more searches at once than there are threads', async () => {
      await tested.put({ 'a.txt': 'needle', 'b.txt': SLOW_LINE });
      const leaving = new AbortController();
      const waiting = Array.from({ length: 6 }, () =>
        searchFiles(store, SLOW, leaving.signal).catch(() => 'left'),
      );
      leaving.abort();
      expect(await Promise.all(waiting)).to.deep.equal(Array(6).fill('left'));
      const many = await Promise.all(Array.from({ length: 12 }, () => tested.keys({ pattern: 'needle' })));
      expect(many).to.deep.equal(Array(12).fill(['a.txt']));
    });

    // Of S3 the same scan, but the test server would hold the file several times.
    const onlyFolder = name === 'S3' ? () => undefined : it;
    onlyFolder('shows parts of one line of 100 MB', async function () {
      this.timeout(120_000);
      const filler = Buffer.alloc(1_000_000, 'é ');
      const parts = Array.from({ length: 100 }, (_, i) =>
        i % 40 === 20 ? Buffer.concat([filler, Buffer.from('the needle')]) : filler,
      );
      await store.put('a.txt', Buffer.concat(parts));
      await tested.put({ 'b.txt': 'needle' });
      for (const [pattern, mode] of [
        ['needle', 'literal'],
        ['need[a-z]+', 'regex'],
        ['NEEDLE', 'literal'],
      ] as const) {
        const pages = await searchPages(store, {
          pattern,
          mode,
          ignoreCase: true,
          limits: { matches: 2, timeMs: 600_000 },
        });
        const places = pages.flatMap(({ matches }) =>
          matches.map(({ key, line, offset }) => [key, line, offset]),
        );
        expect(places, pattern).to.deep.equal([
          ['a.txt', 1, 21_000_004],
          ['a.txt', 1, 61_000_014],
          ['b.txt', 1, 0],
        ]);
        for (const { text, cut } of pages.flatMap(({ matches }) => matches.slice(0, -1))) {
          expect(cut).to.equal(true);
          expect(text)
            .to.have.length.within(300, 400)
            .and.match(/needle/);
        }
      }
    });
  });
}
