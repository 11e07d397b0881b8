import { expect } from 'chai';
import fc from 'fast-check';
import type { FileStore } from '../../server/app.ts';
import { browse } from '../../server/files/browse.ts';
import { createS3Store } from '../../server/files/s3-store.ts';
import { parseRange } from '../../server/http/routes/file-range.ts';
import { closeApps, startApp, type TestApp } from '../support/app.ts';
import { type S3Server, startS3Server } from '../support/s3-server/server.ts';
import { type EncodingName, encode } from '../support/text-model.ts';

const RUNS = 20;
const ENCODINGS: EncodingName[] = ['utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be', 'windows-1252'];

/** The text of bytes that begin within a file. Node 20 takes Latin-1 for windows-1252, which has the euro at 0x80. */
function decode(bytes: Buffer, encoding: EncodingName): string {
  if (encoding === 'windows-1252') return bytes.toString('latin1').replaceAll('\u0080', '€');
  const label = encoding === 'utf-8 with BOM' ? 'utf-8' : encoding;
  return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Files of short lines, of lines near the size of a page, and of longer ones, with wide characters at every cut. */
const samples = fc.constantFrom(...ENCODINGS).chain((encoding) => {
  // Not `é€€`, which is a character of UTF-8.
  const letter = encoding === 'windows-1252' ? ['a', 'é', 'a€'] : ['a', 'é', '日', '😀'];
  const line = fc
    .tuple(
      fc.oneof(
        { arbitrary: fc.integer({ min: 0, max: 60 }), weight: 4 },
        fc.integer({ min: 5000, max: 12_000 }),
        fc.integer({ min: 12_000, max: 45_000 }),
      ),
      fc.array(fc.constantFrom(...letter), { minLength: 1, maxLength: 7 }),
      fc.constantFrom('\n', '\r\n'),
    )
    .map(([length, letters, end]) => {
      const times = Math.ceil(length / letters.length);
      return letters.join('').repeat(times) + end;
    });
  return fc.tuple(fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean()).map(([lines, ended]) => {
    // Begins so that every encoding is recognised, whatever follows.
    const text = `a page éa${lines.join('')}`;
    return { encoding, text: ended ? text : text.trimEnd() };
  });
});

describe('pages put together', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(closeApps);

  async function readFile(args: object): Promise<{ text: string; note: string }> {
    const answer = await app.fetch('/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'read_file', arguments: { file_key: 'f.txt', ...args } },
      }),
    });
    const { result } = JSON.parse(/(?:^|\n)data: ([^\n]*)/.exec(await answer.text())![1]!);
    expect(result.isError, JSON.stringify(result).slice(0, 300)).to.equal(undefined);
    const [{ text }, { text: note }] = result.content;
    return { text, note };
  }

  it('are the file that was read by read_file, going on as its notes say', async () => {
    await fc.assert(
      fc.asyncProperty(samples, async ({ text, encoding }) => {
        await app.write('f.txt', encode(text, encoding));
        let joined = '';
        let args: object | undefined = {};
        while (args !== undefined) {
          const page: Awaited<ReturnType<typeof readFile>> = await readFile(args);
          joined += page.text;
          const [, name, value] = /Go on with (from_line|offset) (\d+)\.$/.exec(page.note) ?? [];
          args = name === undefined ? undefined : { [name]: Number(value) };
          if (args === undefined) expect(page.note).to.match(/This is the end of the file\.$/);
        }
        expect(joined === text, `${joined.length} of ${text.length} characters`).to.equal(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('are the file that GET /file tells line by line, going on as its headers say', async () => {
    await fc.assert(
      fc.asyncProperty(samples, async ({ text, encoding }) => {
        const bytes = encode(text, encoding);
        await app.write('f.txt', bytes);
        let joined = '';
        let next: string | null = '1';
        while (next !== null) {
          const page: Response = await app.fetch(`/file?key=f.txt&from_line=${next}`);
          expect(page.status).to.equal(200);
          joined += await page.text();
          next = page.headers.get('x-next-line');
          const at = page.headers.get('x-next-byte');
          if (at === null) continue;
          // The rest of that line, and what follows, as the bytes that they are.
          const rest = await app.fetch('/file?key=f.txt', { headers: { range: `bytes=${at}-` } });
          joined += decode(Buffer.from(await rest.arrayBuffer()), encoding);
          next = null;
        }
        expect(joined === text, `${joined.length} of ${text.length} characters`).to.equal(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('are the bytes of the file, for ranges of any length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        async (content, lengths) => {
          const bytes = Buffer.from(content);
          await app.write('f.bin', bytes);
          const parts: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const last = at + lengths[i % lengths.length]! - 1;
            const headers = { range: `bytes=${at}-${last}` };
            const part = await app.fetch('/file?key=f.bin', { headers });
            expect(part.status).to.equal(206);
            parts.push(Buffer.from(await part.arrayBuffer()));
            at = Number(/-(\d+)\//.exec(part.headers.get('content-range')!)![1]) + 1;
          }
          expect(Buffer.concat(parts).equals(bytes)).to.equal(true);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('a range of bytes', () => {
  it('is what the plainest reading of RFC 9110 selects, for any numbers and sizes', () => {
    const number = fc.oneof(fc.constant(''), fc.nat(12).map(String));
    fc.assert(
      fc.property(number, number, fc.nat(10), (first, last, size) => {
        const all = Array.from({ length: size }, (_, i) => i);
        const selected =
          first === ''
            ? all.slice(Math.max(size - Number(last), 0))
            : all.filter((i) => i >= Number(first) && (last === '' || i <= Number(last)));
        const malformed = first === '' ? last === '' : last !== '' && Number(last) < Number(first);
        const expected = malformed
          ? undefined
          : selected.length === 0
            ? 'unsatisfiable'
            : { start: selected[0], end: selected.at(-1) };
        expect(parseRange(`bytes=${first}-${last}`, size)).to.deep.equal(expected);
      }),
    );
  });
});

describe('pages of a listing put together', function () {
  this.timeout(60_000);
  let server: S3Server;
  let store: FileStore & { close(): void };
  before(async () => {
    server = await startS3Server();
    store = createS3Store({
      bucket: server.bucketName,
      region: 'us-east-1',
      endpoint: server.endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  });
  after(async () => {
    store.close();
    await server.close();
  });

  const key = fc.array(fc.constantFrom('a', 'b', '/', '-', '日'), { minLength: 1, maxLength: 7 });
  const prefix = fc.constantFrom('', 'a', 'a/', '/', 'b/a');

  it('are all files below the prefix, and each folder that stands for deeper ones once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          key.map((letters) => letters.join('')),
          { minLength: 1, maxLength: 25 },
        ),
        fc.record({ prefix, depth: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }) }),
        fc.integer({ min: 1, max: 8 }),
        async (keys, where, limit) => {
          for (const old of server.bucket.keys()) server.bucket.delete(old);
          for (const one of keys) {
            server.bucket.put(one, Buffer.from('x'), {}, { ifMatch: undefined, ifNoneMatch: undefined });
          }
          const files: string[] = [];
          const folders: string[] = [];
          let cursor: string | undefined;
          do {
            const { signal } = new AbortController();
            const page: Awaited<ReturnType<typeof browse>> = await browse(store, {
              ...where,
              limit,
              signal,
              cursor,
            });
            expect(page.files.length + page.folders.length).to.be.at.most(limit);
            files.push(...page.files.map((file) => file.key));
            folders.push(...page.folders);
            cursor = page.nextCursor;
          } while (cursor !== undefined);
          const shown = { files: [] as string[], folders: new Set<string>() };
          for (const one of server.bucket.keys()) {
            if (!one.startsWith(where.prefix)) continue;
            const rest = one.slice(where.prefix.length);
            const levels = rest.split(/(?<=\/)/);
            const { depth = Number.POSITIVE_INFINITY } = where;
            const above = levels.slice(0, depth);
            if (levels.length > depth || (levels.length === depth && rest.endsWith('/'))) {
              shown.folders.add(where.prefix + above.join(''));
            } else shown.files.push(one);
          }
          expect(files).to.deep.equal(shown.files);
          expect(folders).to.deep.equal([...shown.folders]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
