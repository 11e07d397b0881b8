import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { LineIndexes } from '../../server/files/lines/line-indexes.ts';
import { readBytes } from '../../server/files/text/read-bytes.ts';
import { readLines } from '../../server/files/text/read-lines.ts';
import { readTail } from '../../server/files/text/read-tail.ts';
import { failure } from '../support/store-probes.ts';
import { chunkingStore, type EncodingName, encode, linesOf } from '../support/text-model.ts';

const ENCODINGS: EncodingName[] = ['utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be', 'windows-1252'];

/** Text of few kinds of characters, so that line ends, long lines and wide characters meet often. */
const letters = (encoding: EncodingName) =>
  encoding === 'windows-1252'
    ? ['a', 'é', '\n', '\r\n', '\r', '€']
    : ['a', 'é', '日', '😀', '\n', '\r\n', '\r', '\u010a', '\u0a00'];

interface Sample {
  text: string;
  encoding: EncodingName;
  store: ReturnType<typeof chunkingStore>;
}

const samples: fc.Arbitrary<Sample> = fc
  .record({ encoding: fc.constantFrom(...ENCODINGS), packed: fc.boolean() })
  .chain(({ encoding, packed }) =>
    fc
      .tuple(
        fc.array(fc.constantFrom(...letters(encoding)), { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
      )
      .map(([chars, chunkSizes]) => {
        // Enough well-formed characters of the encoding to be recognised, whatever follows.
        const text = `${encoding === 'windows-1252' ? 'éaéa' : 'a'}${chars.join('')}`;
        const bytes = encode(text, encoding);
        const file = packed ? { bytes: gzipSync(bytes), contentEncoding: 'gzip' } : { bytes };
        return { text, encoding, store: chunkingStore({ f: file }, chunkSizes) };
      }),
  );

describe('pages of lines', () => {
  it('are the lines of the file, for any encoding, chunks, start and size of page', async () => {
    await fc.assert(
      fc.asyncProperty(
        samples,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (sample, from, count) => {
          const lines = linesOf(sample.text);
          if (from > lines.length) {
            expect(await failure(readLines(sample.store, 'f', { fromLine: from }))).to.equal(
              'range_not_satisfiable',
            );
            return;
          }
          const page = await readLines(sample.store, 'f', { fromLine: from, lines: count });
          const expected = lines.slice(from - 1, from - 1 + count);
          const last = from - 1 + expected.length;
          expect(page.text).to.equal(expected.join(''));
          expect([page.fromLine, page.toLine]).to.deep.equal([from, last]);
          expect(page.nextLine).to.equal(last < lines.length ? last + 1 : undefined);
          expect(page.totalLines).to.equal(last < lines.length ? undefined : lines.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('joined, are the whole text, with lines too large for a page continued by bytes', async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 4, max: 30 }), async ({ store, text }, maxBytes) => {
        const indexes = new LineIndexes({ minBytes: 0, step: 1 });
        let joined = '';
        let fromLine: number | undefined = 1;
        while (fromLine !== undefined) {
          const page = await readLines(store, 'f', { fromLine, maxBytes, indexes });
          expect(Buffer.byteLength(page.text)).to.be.at.most(maxBytes);
          joined += page.text;
          fromLine = page.nextLine;
          if (!page.truncatedLine) continue;
          const { line, nextOffset } = page.truncatedLine;
          expect([page.fromLine, page.toLine]).to.deep.equal([line, line]);
          const rest = await readBytes(store, 'f', { offset: nextOffset });
          const end = rest.text.indexOf('\n') + 1 || rest.text.length;
          joined += rest.text.slice(0, end);
          fromLine = end < rest.text.length ? line + 1 : undefined;
        }
        expect(joined).to.equal(text);
      }),
      { numRuns: 300 },
    );
  });

  it('are bounded, and stop before a line that does not fit', async () => {
    const text = `short\n${'x'.repeat(70_000)}\nend`;
    const store = chunkingStore({ f: { bytes: Buffer.from(text) } });
    expect(await readLines(store, 'f')).to.include({
      text: 'short\n',
      toLine: 1,
      nextLine: 2,
      nextOffset: 6,
    });
    const second = await readLines(store, 'f', { fromLine: 2 });
    expect(second.text).to.equal('x'.repeat(65_536));
    expect(second.truncatedLine).to.deep.equal({ line: 2, nextOffset: 6 + 65_536 });
    expect(await readLines(store, 'f', { fromLine: 3 })).to.include({ text: 'end', totalLines: 3 });
  });

  it('do not read on behind the page', async () => {
    const store = chunkingStore({ f: { bytes: Buffer.alloc(50_000_000, 'line of text\n') } });
    await readLines(store, 'f', { lines: 10 });
    expect(store.taken).to.be.at.most(200_000);
  });

  it('of an empty file are one empty page', async () => {
    const store = chunkingStore({ f: { bytes: Buffer.alloc(0) }, bom: { bytes: Buffer.from('\ufeff') } });
    for (const key of ['f', 'bom']) {
      expect(await readLines(store, key)).to.include({ text: '', fromLine: 1, toLine: 0, totalLines: 0 });
    }
    const message = await readLines(store, 'f', { fromLine: 2 }).catch((error) => error.message);
    expect(message).to.equal('line 2 is behind the end of "f", which has 0 lines');
  });

  it('decide late encodings as the whole text does', async () => {
    const text = `${'plain line\n'.repeat(10_000)}über\nende`;
    for (const encoding of ['utf-8', 'windows-1252'] as const) {
      const store = chunkingStore({ f: { bytes: encode(text, encoding) } }, [13, 4096]);
      expect((await readLines(store, 'f', { fromLine: 10_001 })).text).to.equal('über\nende');
      expect((await readTail(store, 'f', { lines: 2 })).text).to.equal('über\nende');
    }
  });
});

describe('pages of bytes', () => {
  it('joined, are the whole text, for any encoding, chunks and length', async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 1, max: 20 }), async ({ store, text }, length) => {
        let joined = '';
        let offset: number | undefined = 0;
        while (offset !== undefined) {
          const page: Awaited<ReturnType<typeof readBytes>> = await readBytes(store, 'f', { offset, length });
          expect(page.text).to.not.equal('');
          expect(page.text).to.not.match(/\p{Surrogate}|\ufffd/u);
          joined += page.text;
          offset = page.nextOffset;
        }
        expect(joined).to.equal(text);
      }),
      { numRuns: 300 },
    );
  });

  it('begin at the next character when asked to begin inside one', async () => {
    const text = 'a😀é日b';
    const store = chunkingStore({ f: { bytes: Buffer.from(text) } });
    for (const [offset, start, rest] of [
      [1, 1, '😀é日b'],
      [2, 5, 'é日b'],
      [4, 5, 'é日b'],
      [6, 7, '日b'],
      [9, 10, 'b'],
    ] as const) {
      expect(await readBytes(store, 'f', { offset })).to.include({ offset: start, text: rest });
    }
  });

  it('refuse an offset behind the end and an impossible length', async () => {
    const store = chunkingStore({
      f: { bytes: Buffer.from('abc') },
      z: { bytes: gzipSync('abc'), contentEncoding: 'gzip' },
    });
    for (const key of ['f', 'z']) {
      expect(await failure(readBytes(store, key, { offset: 3 }))).to.equal('range_not_satisfiable');
    }
    for (const length of [0, -1, 65_537, 1.5]) {
      expect(await failure(readBytes(store, 'f', { length }))).to.equal('bad_request');
    }
    expect(await failure(readBytes(store, 'f', { offset: -1 }))).to.equal('bad_request');
  });

  it('read little of a large file', async () => {
    const store = chunkingStore({ f: { bytes: Buffer.alloc(50_000_000, 'line of text\n') } });
    await readBytes(store, 'f', { offset: 25_000_000, length: 1000 });
    expect(store.taken).to.be.at.most(70_000);
  });
});

describe('the tail of a file', () => {
  it('is its last lines, for any encoding, chunks and number', async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 1, max: 6 }), async ({ store, text }, count) => {
        const lines = linesOf(text);
        const page = await readTail(store, 'f', { lines: count });
        expect(page.text).to.equal(lines.slice(-count).join(''));
        expect(page.lines).to.equal(Math.min(count, lines.length));
        const again = await readBytes(store, 'f', { offset: page.offset });
        expect(again.text).to.equal(page.text);
      }),
      { numRuns: 300 },
    );
  });

  it('is bounded: as many lines as fit, or the end of the last one', async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 4, max: 30 }), async ({ store, text }, maxBytes) => {
        const page = await readTail(store, 'f', { maxBytes });
        expect(Buffer.byteLength(page.text)).to.be.at.most(maxBytes);
        expect(page.text).to.not.equal('');
        expect(text.endsWith(page.text)).to.equal(true);
        const lines = linesOf(text);
        const last = lines.at(-1)!;
        expect(page.truncatedLine ?? false).to.equal(Buffer.byteLength(last) > maxBytes);
        if (page.truncatedLine) return;
        expect(page.text).to.equal(lines.slice(-page.lines).join(''));
        const oneMore = lines.slice(-page.lines - 1).join('');
        if (lines.length > page.lines) expect(Buffer.byteLength(oneMore)).to.be.greaterThan(maxBytes);
      }),
      { numRuns: 300 },
    );
  });

  it('is read backwards', async () => {
    const store = chunkingStore({ f: { bytes: Buffer.alloc(50_000_000, 'line of text\n') } });
    const page = await readTail(store, 'f', { lines: 3 });
    expect(page.text).to.match(
      /^(line of text\n){2}line of te$|^(line of text\n){3}$|^(line of text\n){2}.*$/,
    );
    expect(store.taken).to.be.at.most(200_000);
  });

  it('goes back over many blocks for few long lines, in gzip too', async () => {
    const text = `first\n${'日'.repeat(20_000)}\n${'é'.repeat(1000)}\nlast\n`;
    for (const file of [
      { bytes: Buffer.from(text) },
      { bytes: gzipSync(text), contentEncoding: 'gzip' },
      { bytes: encode(text, 'utf-16be') },
    ]) {
      const page = await readTail(chunkingStore({ f: file }, [999]), 'f', { lines: 3 });
      expect(page.text === text.slice(text.indexOf('\n') + 1)).to.equal(true);
    }
  });
});
