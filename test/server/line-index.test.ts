import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { LineIndex } from '../../server/files/lines/line-index.ts';
import { LineIndexFolder } from '../../server/files/lines/line-index-folder.ts';
import { LineIndexes } from '../../server/files/lines/line-indexes.ts';
import { openDocument } from '../../server/files/text/document.ts';
import { readLines } from '../../server/files/text/read-lines.ts';
import { closeApps, startApp } from '../support/app.ts';
import { CLIENTS } from '../support/mcp-clients.ts';
import { failure } from '../support/store-probes.ts';
import { chunkingStore, type EncodingName, encode, linesOf } from '../support/text-model.ts';

const KB = 1024;
const MB = 1024 * KB;

/** Numbered lines of about 100 bytes, so many bytes of them. */
function numbered(bytes: number, word = 'line'): { text: string; count: number } {
  const count = Math.ceil(bytes / 100);
  const text = Array.from({ length: count }, (_, i) => `${word} ${i + 1} `.padEnd(99, '.')).join('\n');
  return { text: `${text}\n`, count };
}

describe('reading lines with an index', () => {
  it('gives what reading without one gives, whatever was read before', async () => {
    const encodings: EncodingName[] = ['utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be', 'windows-1252'];
    const letters = (encoding: EncodingName) =>
      encoding === 'windows-1252'
        ? ['a', 'é', '\n', '\r\n', '€']
        : ['a', 'é', '😀', '\n', '\r\n', '\u010a', '\u0a00'];
    const cases = fc.constantFrom(...encodings).chain((encoding) =>
      fc.record({
        encoding: fc.constant(encoding),
        chars: fc.array(fc.constantFrom(...letters(encoding)), { minLength: 1, maxLength: 60 }),
        packed: fc.boolean(),
        chunks: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        step: fc.integer({ min: 1, max: 12 }),
        reads: fc.array(
          fc.record({
            fromLine: fc.integer({ min: 1, max: 25 }),
            lines: fc.integer({ min: 1, max: 9 }),
            maxBytes: fc.integer({ min: 4, max: 40 }),
          }),
          { minLength: 2, maxLength: 6 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ encoding, chars, packed, chunks, step, reads }) => {
        const bytes = encode(`${encoding === 'windows-1252' ? 'éaéa' : 'a'}${chars.join('')}`, encoding);
        const file = packed ? { bytes: gzipSync(bytes), contentEncoding: 'gzip' } : { bytes };
        const store = chunkingStore({ f: file }, chunks);
        const indexes = new LineIndexes({ minBytes: 0, step });
        const outcome = (options: object) =>
          readLines(store, 'f', options).catch((error: Error) => error.message);
        for (const read of reads) {
          expect(await outcome({ ...read, indexes })).to.deep.equal(await outcome(read));
        }
        const both = reads.map((read) => outcome({ ...read, indexes }));
        expect(await Promise.all(both)).to.deep.equal(await Promise.all(reads.map(outcome)));
      }),
      { numRuns: 150 },
    );
  });

  it('does not read from the start a second time, and knows how many lines there are', async () => {
    const { text, count } = numbered(3 * MB);
    const store = chunkingStore({ f: { bytes: Buffer.from(text) } });
    const indexes = new LineIndexes();
    const last = { fromLine: count, indexes };
    const first = await readLines(store, 'f', last);
    expect(first.text).to.equal(linesOf(text).at(-1));
    expect(store.taken).to.be.at.least(text.length);
    store.taken = 0;
    expect(await readLines(store, 'f', last)).to.deep.equal(first);
    expect(store.taken).to.be.below(512 * KB);
    store.taken = 0;
    const middle = await readLines(store, 'f', { fromLine: 15_000, lines: 2, indexes });
    expect(middle.text).to.equal(linesOf(text).slice(14_999, 15_001).join(''));
    expect(store.taken).to.be.below(512 * KB);
    const index = await indexes.of(await openDocument(store, 'f', undefined));
    expect(index!.totalLines).to.equal(count);
  });

  it('takes an encoding that shows late from what was read before', async () => {
    const { text, count } = numbered(400 * KB);
    const tail = `caf\xe9\n${numbered(600 * KB, 'more').text}`;
    for (const [encoding, word] of [
      ['latin1', 'café'],
      ['utf8', 'caf\xe9'],
    ] as const) {
      const bytes = Buffer.concat([
        Buffer.from(text),
        Buffer.from(tail, encoding),
        Buffer.from('na\xefve', encoding),
      ]);
      const store = chunkingStore({ f: { bytes } });
      const indexes = new LineIndexes();
      // Stops before anything is decided, then goes on behind it.
      await readLines(store, 'f', { fromLine: count - 100, lines: 1, indexes });
      const late = { fromLine: count + 6000 };
      const plain = await readLines(store, 'f', late);
      expect(plain.encoding).to.equal(encoding === 'utf8' ? 'utf-8' : 'windows-1252');
      expect(await readLines(store, 'f', { ...late, indexes })).to.deep.equal(plain);
      expect(await readLines(store, 'f', { ...late, indexes })).to.deep.equal(plain);
      const there = await readLines(store, 'f', { fromLine: count + 1, lines: 1, indexes });
      expect(there.text).to.equal(`${word}\n`);
    }
  });

  it('keeps what a read learned that was ended early', async () => {
    const { text, count } = numbered(3 * MB);
    const store = chunkingStore({ f: { bytes: Buffer.from(text) } });
    const { read } = store;
    const indexes = new LineIndexes();
    store.read = async (key, options) => {
      if ((options?.range?.start ?? 0) > MB) throw new Error('ended');
      return read(key, options);
    };
    const ended = await readLines(store, 'f', { fromLine: count, indexes }).catch(
      (error: Error) => error.message,
    );
    expect(ended).to.equal('ended');
    Object.assign(store, { read, taken: 0 });
    await readLines(store, 'f', { fromLine: count, indexes });
    expect(store.taken).to.be.below(2.5 * MB);
  });

  it('has none for gzip and for small files', async () => {
    const packed = gzipSync(Buffer.from(numbered(300 * KB).text), { level: 0 });
    const store = chunkingStore({
      small: { bytes: Buffer.from('x\n') },
      packed: { bytes: packed, contentEncoding: 'gzip' },
    });
    const indexes = new LineIndexes();
    expect(await indexes.of(await openDocument(store, 'small', undefined))).to.equal(undefined);
    expect(await indexes.of(await openDocument(store, 'packed', undefined))).to.equal(undefined);
    const page = await readLines(store, 'packed', { fromLine: 3000, lines: 1, indexes });
    expect(page.text).to.match(/^line 3000 /);
  });

  it('stays small however many lines there are', () => {
    const index = LineIndex.empty('"1"', 1);
    for (let line = 2; line < 100_000; line++) index.learn(line, line * 10);
    const { lines, offsets, step } = index.record();
    expect(lines.length).to.be.within(4096, 8192);
    expect(step).to.be.greaterThan(1);
    expect(offsets).to.deep.equal(lines.map((line) => line * 10));
    for (const line of [2, 777, 54_321, 99_999]) {
      const place = index.nearest(line);
      expect(place?.line ?? 1).to.be.within(line - 64, line);
    }
    expect(index.nearest(1)).to.equal(undefined);
  });
});

describe('indexes of lines in a folder', () => {
  let root: string;
  let folder: string;
  const failures: unknown[] = [];
  /** As a process that has just started. */
  const started = () =>
    new LineIndexes({ folder: new LineIndexFolder(folder), onFailure: (error) => failures.push(error) });
  const { text, count } = numbered(9 * MB);

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'mcp-s3-lines-'));
    folder = path.join(root, 'index');
    failures.length = 0;
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('are there for the next process, readable by their owner alone', async () => {
    const store = chunkingStore({ f: { bytes: Buffer.from(text) } });
    const first = await readLines(store, 'f', { fromLine: count, indexes: started() });
    store.taken = 0;
    expect(await readLines(store, 'f', { fromLine: count, indexes: started() })).to.deep.equal(first);
    expect(store.taken).to.be.below(512 * KB);
    const [name, ...others] = await readdir(folder);
    expect(others).to.deep.equal([]);
    if (process.platform !== 'win32') {
      expect((await stat(folder)).mode & 0o777).to.equal(0o700);
      expect((await stat(path.join(folder, name!))).mode & 0o777).to.equal(0o600);
    }
    expect(await readFile(path.join(folder, name!), 'utf8')).to.not.include('line 1');
  });

  it('are learned anew where they are damaged, and the folder is no need', async () => {
    const store = chunkingStore({ f: { bytes: Buffer.from(text) } });
    const last = await readLines(store, 'f', { fromLine: count, indexes: started() });
    const [name] = await readdir(folder);
    const good = JSON.parse(await readFile(path.join(folder, name!), 'utf8'));
    for (const bad of [
      '{"version":1',
      JSON.stringify({ ...good, version: 0 }),
      JSON.stringify({ ...good, lines: [...good.lines].reverse() }),
      JSON.stringify({ ...good, offsets: [1] }),
      JSON.stringify({ ...good, key: 'g' }),
      JSON.stringify({ ...good, offsets: good.offsets.map((at: number) => at + 50 * MB) }),
    ]) {
      await writeFile(path.join(folder, name!), bad);
      store.taken = 0;
      expect(await readLines(store, 'f', { fromLine: count, indexes: started() })).to.deep.equal(last);
      expect(store.taken, bad.slice(0, 40)).to.be.at.least(text.length);
    }
    expect(failures).to.deep.equal([]);
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    expect(await readLines(store, 'f', { fromLine: count, indexes: started() })).to.deep.equal(last);
    expect(failures).to.not.deep.equal([]);
  });

  it('are of one version: a changed file is read as it is now', async () => {
    const files = path.join(root, 'files');
    await writeFile(path.join(root, 'x'), '');
    const bucket = await mkdtemp(`${files}-`);
    const store = await createFolderStore({ folder: bucket });
    await store.put('f', Buffer.from(text));
    const indexes = started();
    await readLines(store, 'f', { fromLine: count, indexes });
    const changed = `one more\n${text}`;
    await store.put('f', Buffer.from(changed));
    for (const each of [indexes, started()]) {
      const page = await readLines(store, 'f', { fromLine: 90_000, lines: 1, indexes: each });
      expect(page.text).to.match(/^line 89999 /);
      expect((await readLines(store, 'f', { fromLine: count + 1, indexes: each })).totalLines).to.equal(
        count + 1,
      );
    }
    expect(await failure(readLines(store, 'f', { fromLine: count + 2, indexes }))).to.equal(
      'range_not_satisfiable',
    );
    expect(await readdir(folder)).to.have.length(1);
  });

  it('are not kept for ever', async () => {
    const kept = new LineIndexFolder(folder, 10);
    const record = { etag: '"1"', step: 1, lines: [2], offsets: [5] };
    for (let i = 0; i < 25; i++) await kept.write(`f${i}`, record);
    expect((await readdir(folder)).length).to.be.at.most(10);
    expect(await kept.read('f24')).to.deep.include(record);
  });
});

describe('the index of lines in the server', () => {
  afterEach(closeApps);

  it('tells file_info how many lines a large file has, once it was read to its end', async () => {
    const { text, count } = numbered(300 * KB);
    const app = await startApp({ files: { 'a.txt': text } });
    const client = await Object.values(CLIENTS)[0]!(app);
    const info = async () => (await client.callTool('file_info', { file_key: 'a.txt' })).structured;
    expect(await info()).to.not.have.property('lines');
    const { texts } = await client.callTool('read_file', { file_key: 'a.txt', from_line: count });
    expect(texts).to.deep.equal([
      linesOf(text).at(-1),
      `Line ${count} of ${count}. This is the end of the file.`,
    ]);
    expect(await info()).to.include({ lines: count, text: true });
    const page = await app.fetch(`/file?key=a.txt&from_line=${count - 1}&lines=1`);
    expect(await page.text()).to.equal(linesOf(text).at(-2));
    await client.close();
  });
});
