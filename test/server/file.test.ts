import { createHash, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { parseRange } from '../../server/http/routes/file-range.ts';
import { closeApps, requestLine, startApp, type TestApp } from '../support/app.ts';

const DIGITS = '0123456789';

function get(app: TestApp, key: string, headers: Record<string, string> = {}, more = ''): Promise<Response> {
  return app.fetch(`/file?key=${encodeURIComponent(key)}${more}`, { headers });
}

describe('GET /file', () => {
  afterEach(closeApps);

  it('sends a file byte for byte, with its size, type and version', async () => {
    const content = randomBytes(300_000);
    const app = await startApp({ files: { 'a b+c%20.txt': content } });
    const response = await get(app, 'a b+c%20.txt');
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-length')).to.equal('300000');
    expect(response.headers.get('accept-ranges')).to.equal('bytes');
    expect(response.headers.get('etag')).to.match(/^"[^"]+"$/);
    expect(new Date(response.headers.get('last-modified')!).getTime()).to.be.closeTo(Date.now(), 60_000);
    const received = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(received).digest('hex')).to.equal(
      createHash('sha256').update(content).digest('hex'),
    );
  });

  it('does not count the time of a slow reader as its own', async () => {
    const app = await startApp({ files: { 'large.txt': randomBytes(30_000_000) } });
    const response = await get(app, 'large.txt');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await response.arrayBuffer();
    const line = await requestLine(app, response.headers.get('x-request-id'));
    const { duration_ms, service_ms } = line as Record<string, number>;
    expect(duration_ms! - service_ms!).to.be.greaterThan(450);
  });

  it('sends an empty file', async () => {
    const app = await startApp({ files: { 'empty.txt': '' } });
    const response = await get(app, 'empty.txt');
    expect([response.status, response.headers.get('content-length'), await response.text()]).to.deep.equal([
      200,
      '0',
      '',
    ]);
  });

  for (const [range, expected, contentRange] of [
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', DIGITS, 'bytes 0-9/10'],
  ] as const) {
    it(`answers Range: ${range}`, async () => {
      const app = await startApp({ files: { 'a.txt': DIGITS } });
      const response = await get(app, 'a.txt', { range });
      expect(response.status).to.equal(206);
      expect(response.headers.get('content-range')).to.equal(contentRange);
      expect(response.headers.get('content-length')).to.equal(String(expected.length));
      expect(await response.text()).to.equal(expected);
    });
  }

  for (const range of ['bytes=1-2,4-5', 'bytes=4-2', 'lines=1-2', 'bytes=', 'bytes=-', 'bytes=a-b']) {
    it(`ignores Range: ${range} and sends the whole file`, async () => {
      const app = await startApp({ files: { 'a.txt': DIGITS } });
      const response = await get(app, 'a.txt', { range });
      expect([response.status, await response.text()]).to.deep.equal([200, DIGITS]);
    });
  }

  for (const range of ['bytes=10-', 'bytes=-0']) {
    it(`answers Range: ${range} with 416 and the size`, async () => {
      const app = await startApp({ files: { 'a.txt': DIGITS } });
      const response = await get(app, 'a.txt', { range });
      expect(response.status).to.equal(416);
      expect(response.headers.get('content-range')).to.equal('bytes */10');
      expect(await response.json()).to.have.nested.property('error.code', 'range_not_satisfiable');
    });
  }

  it('evaluates If-None-Match, If-Match and If-Range', async () => {
    const app = await startApp({ files: { 'a.txt': DIGITS } });
    const etag = (await get(app, 'a.txt')).headers.get('etag')!;
    const status = async (headers: Record<string, string>) => (await get(app, 'a.txt', headers)).status;

    const notModified = await get(app, 'a.txt', { 'if-none-match': `"other", W/${etag}` });
    expect([notModified.status, await notModified.text()]).to.deep.equal([304, '']);
    expect(notModified.headers.get('etag')).to.equal(etag);
    expect(await status({ 'if-none-match': '*' })).to.equal(304);
    expect(await status({ 'if-none-match': '"other"' })).to.equal(200);

    expect(await status({ 'if-match': etag })).to.equal(200);
    expect(await status({ 'if-match': '*' })).to.equal(200);
    expect(await status({ 'if-match': '"other"' })).to.equal(412);
    expect(await status({ 'if-match': `W/${etag}` })).to.equal(412);

    expect(await status({ range: 'bytes=0-1', 'if-range': etag })).to.equal(206);
    expect(await status({ range: 'bytes=0-1', 'if-range': '"other"' })).to.equal(200);
    expect(await status({ range: 'bytes=99-', 'if-none-match': etag })).to.equal(304);
  });

  it('answers HEAD as GET would, without a body', async () => {
    const app = await startApp({ files: { 'a.txt': DIGITS } });
    const url = '/file?key=a.txt';
    const head = await app.fetch(url, { method: 'HEAD', headers: { range: 'bytes=99-' } });
    const whole = await app.fetch(url);
    expect(head.status).to.equal(200);
    expect(await head.text()).to.equal('');
    for (const name of ['content-length', 'content-type', 'etag', 'last-modified', 'accept-ranges']) {
      expect(head.headers.get(name), name).to.equal(whole.headers.get(name));
    }
    expect((await app.fetch('/file?key=none', { method: 'HEAD' })).status).to.equal(404);
  });

  it('lets no browser run what a file holds', async () => {
    const script = '<script>alert(document.domain)</script>';
    const app = await startApp({ files: { 'page.html': script, 'x.svg': script } });
    await app.store.put('odd"name\n.bin', Buffer.from(script));
    for (const key of ['page.html', 'x.svg', 'odd"name\n.bin']) {
      const { headers } = await get(app, key);
      expect(headers.get('content-disposition'), key).to.match(/^attachment; filename=/);
      expect(headers.get('content-security-policy')).to.match(/^sandbox;/);
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
    }
    const plain = await get(app, 'page.html', {}, '&lines=10');
    expect(plain.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(await plain.text()).to.equal(script);
  });

  it('shows plain text in place', async () => {
    const app = await startApp({ files: { 'a.txt': 'x', 'b.md': 'x', 'c.json': '{}' } });
    for (const key of ['a.txt', 'b.md', 'c.json']) {
      expect((await get(app, key)).headers.get('content-disposition')).to.equal(null);
    }
  });

  it('names what is near a key that does not exist, and logs the key without the query', async () => {
    const app = await startApp({ files: { 'report.txt': 'x' } });
    const response = await get(app, 'raport.txt');
    expect(response.status).to.equal(404);
    expect(await response.json())
      .to.have.nested.property('error.message')
      .that.includes('did you mean "report.txt"?');
    const line = await requestLine(app, response.headers.get('x-request-id'));
    expect(line).to.include({ route: '/file', file_key: 'raport.txt', status: 404 });
  });

  it('serves neither hidden files nor its own, nor what is outside of the folder', async () => {
    const app = await startApp({ files: { '.env': 'secret', 'a.txt': 'x' } });
    await writeFile(path.join(app.folder, '..', 'outside.txt'), 'secret');
    for (const key of ['.env', '../outside.txt', '/etc/passwd', '.mcp-s3/x', 'a/../../outside.txt']) {
      expect((await get(app, key)).status, key).to.equal(404);
    }
  });

  for (const [query, word] of [
    ['', 'key'],
    ['key=', 'key'],
    ['key=a&key=b', 'key'],
    ['key=a&form_line=1', 'form_line'],
    ['key=a&from_line=0', 'from_line'],
    ['key=a&lines=1e3', 'lines'],
  ] as const) {
    it(`answers ?${query} with 400 and names the parameter`, async () => {
      const app = await startApp({ files: { a: 'x' } });
      const response = await app.fetch(`/file?${query}`);
      expect(response.status).to.equal(400);
      expect(await response.json())
        .to.have.nested.property('error.message')
        .that.includes(word);
    });
  }
});

describe('GET /file with lines', () => {
  afterEach(closeApps);

  const LINES = Array.from({ length: 10 }, (_, i) => `line ${i + 1} ä\n`);

  it('answers a page and says where to go on', async () => {
    const app = await startApp({ files: { 'a.txt': LINES.join('') } });
    const first = await get(app, 'a.txt', {}, '&lines=4');
    expect(first.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(await first.text()).to.equal(LINES.slice(0, 4).join(''));
    expect(first.headers.get('x-next-line')).to.equal('5');
    expect(first.headers.get('x-file-size')).to.equal(String(Buffer.byteLength(LINES.join(''))));

    const last = await get(app, 'a.txt', {}, '&from_line=9&lines=4');
    expect(await last.text()).to.equal(LINES.slice(8).join(''));
    expect(last.headers.get('x-next-line')).to.equal(null);
    expect(last.headers.get('x-total-lines')).to.equal('10');
    expect([last.headers.get('x-from-line'), last.headers.get('x-to-line')]).to.deep.equal(['9', '10']);
  });

  it('walks through a large file in pages of at most 64 KiB', async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `${i} some words of a line\n`).join('');
    const app = await startApp({ files: { 'a.log': text } });
    let read = '';
    for (let line: string | null = '1'; line !== null; ) {
      const page: Response = await get(app, 'a.log', {}, `&from_line=${line}`);
      const part = await page.text();
      expect(Buffer.byteLength(part)).to.be.within(1, 65_536);
      read += part;
      line = page.headers.get('x-next-line');
    }
    expect(read === text).to.equal(true);
  });

  it('starts a line that is larger than a page and says at which byte its rest is', async () => {
    const app = await startApp({ files: { 'a.txt': 'x'.repeat(100_000) } });
    const page = await get(app, 'a.txt', {}, '&from_line=1');
    const start = await page.text();
    const next = page.headers.get('x-next-byte')!;
    const rest = await (await get(app, 'a.txt', { range: `bytes=${next}-` })).text();
    expect(start.length + rest.length).to.equal(100_000);
  });

  it('decodes UTF-16', async () => {
    const app = await startApp({ files: { 'a.txt': Buffer.from('\ufeffgrün\n', 'utf16le') } });
    expect(await (await get(app, 'a.txt', {}, '&lines=1')).text()).to.equal('grün\n');
  });

  it('refuses what is not text, and lines behind the end', async () => {
    const app = await startApp({
      files: { 'a.zip': Buffer.from('504b0304140000000800', 'hex'), 'a.txt': 'one\n' },
    });
    const binary = await get(app, 'a.zip', {}, '&lines=1');
    expect(binary.status).to.equal(415);
    expect(await binary.json())
      .to.have.nested.property('error.message')
      .that.matches(/zip/i);
    const behind = await get(app, 'a.txt', {}, '&from_line=3');
    expect(behind.status).to.equal(416);
    expect(await behind.json())
      .to.have.nested.property('error.message')
      .that.includes('1 line');
  });

  it('answers 304 for the version that the caller has', async () => {
    const app = await startApp({ files: { 'a.txt': 'one\n' } });
    const etag = (await get(app, 'a.txt', {}, '&lines=1')).headers.get('etag')!;
    expect((await get(app, 'a.txt', { 'if-none-match': etag }, '&lines=1')).status).to.equal(304);
  });
});

describe('GET /files', () => {
  afterEach(closeApps);

  it('lists in pages, in the order of S3', async () => {
    const app = await startApp({ files: { 'b.txt': '1', 'a/x': '22', 'a.txt': '', Z: '' } });
    const keys: string[] = [];
    let cursor = '';
    do {
      const page = (await (await app.fetch(`/files?limit=1${cursor}`)).json()) as Page;
      expect(page.files).to.have.lengthOf(1);
      keys.push(page.files[0]!.key);
      cursor = page.next_cursor === undefined ? '' : `&cursor=${encodeURIComponent(page.next_cursor)}`;
    } while (cursor !== '');
    expect(keys).to.deep.equal(['Z', 'a.txt', 'a/x', 'b.txt']);
  });

  it('lists below a prefix and rolls up at a delimiter', async () => {
    const app = await startApp({ files: { 'a/x': '22', 'a/b/y': '', c: '' } });
    const page = (await (await app.fetch('/files?prefix=a/&delimiter=/')).json()) as Page;
    expect(page.prefixes).to.deep.equal(['a/b/']);
    expect(page.files).to.have.lengthOf(1);
    expect(page.files[0]).to.include({ key: 'a/x', size: 2 });
    expect(page.files[0]!.etag).to.equal((await get(app, 'a/x')).headers.get('etag'));
    expect(page.files[0]!.last_modified).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(page).to.not.have.property('next_cursor');
  });

  for (const query of [
    'limit=0',
    'limit=1001',
    'limit=',
    'limit=0x1',
    'cursor=nonsense',
    'max=3',
    'prefix=a&prefix=b',
  ]) {
    it(`answers ?${query} with 400`, async () => {
      const app = await startApp();
      const response = await app.fetch(`/files?${query}`);
      expect(response.status).to.equal(400);
      expect(await response.json()).to.have.nested.property('error.code', 'bad_request');
    });
  }

  it('answers 502 without a path when the folder has gone', async () => {
    const app = await startApp();
    await rm(app.folder, { recursive: true });
    const response = await app.fetch('/files');
    expect(response.status).to.equal(502);
    expect(await response.text())
      .to.include('storage_failed')
      .and.not.include(path.dirname(app.folder));
  });
});

describe('parseRange', () => {
  it('never leaves the file', () => {
    for (const size of [0, 1, 10]) {
      for (const header of [
        'bytes=0-',
        'bytes=-5',
        'bytes=3-4',
        'bytes=99999999999999999999-',
        'bytes=-99999999999999999999',
      ]) {
        const range = parseRange(header, size);
        if (range === undefined || range === 'unsatisfiable') continue;
        expect(range.start).to.be.within(0, size - 1);
        expect(range.end).to.be.within(range.start, size - 1);
      }
    }
  });
});

interface Page {
  files: { key: string; size: number; last_modified: string; etag: string }[];
  prefixes: string[];
  next_cursor?: string;
}
