import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ServiceError } from '../../server/errors.ts';
import { answered, EVENTS, expectError, TEXT } from '../support/answers.ts';
import { closeApps, logLine, requestLine, startApp, type TestApp } from '../support/app.ts';
import { readEvents } from '../support/event-stream.ts';
import { gatedSummarizer } from '../support/gated-summarizer.ts';

describe('POST /summarize', () => {
  afterEach(closeApps);

  it('summarizes a file with the embedded summarizer', async () => {
    const app = await startApp({ files: { 'news/harbour.txt': TEXT } });
    const response = await app.summarize({ file_key: 'news/harbour.txt', max_words: 20, style: 'tldr' });
    const answer = await answered(response);
    expect(answer).to.include({
      file_key: 'news/harbour.txt',
      model: 'extractive-1',
      cached: false,
      coverage: 1,
    });
    expect(answer.summary.split(/\s+/).length).to.be.within(3, 20);
    expect(TEXT).to.include(answer.summary.split(/(?<=\.) /)[0]);
    expect(answer.etag).to.equal((await app.fetch('/file?key=news/harbour.txt')).headers.get('etag'));
    expect(Object.keys(answer)).to.deep.equal([
      'file_key',
      'summary',
      'model',
      'cached',
      'coverage',
      'etag',
      'usage',
    ]);
  });

  it('answers the second time from the cache, and a copy of the request in other words too', async () => {
    const app = await startApp({ files: { 'a.txt': TEXT } });
    const first = await answered(await app.summarize({ file_key: 'a.txt' }));
    const second = await answered(
      await app.summarize({ file_key: 'a.txt', style: 'paragraph', max_words: 150 }),
    );
    expect(second).to.deep.equal({ ...first, cached: true });
  });

  it('summarizes anew what changed, what is asked differently, and what is to be refreshed', async () => {
    const summarizer = gatedSummarizer();
    summarizer.open();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer] });
    const ask = async (more = {}) =>
      (await answered(await app.summarize({ file_key: 'a.txt', ...more }))).cached;
    expect([await ask(), await ask()]).to.deep.equal([false, true]);
    expect([await ask({ max_words: 20 }), await ask({ style: 'tldr' })]).to.deep.equal([false, false]);
    expect([await ask({ focus: 'ice' }), await ask({ focus: ' ice ' })]).to.deep.equal([false, true]);
    expect([await ask({ refresh: true }), await ask()]).to.deep.equal([false, true]);
    await app.write('a.txt', `${TEXT}More.`);
    expect([await ask(), await ask()]).to.deep.equal([false, true]);
  });

  it('keeps summaries over a restart, without the tokens they once cost', async () => {
    const summarizer = gatedSummarizer();
    summarizer.open();
    const first = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer] });
    const written = await answered(await first.summarize({ file_key: 'a.txt' }));
    expect(written.usage.input_tokens).to.equal(10);
    const again = await startApp({
      storage: { kind: 'folder', folder: first.folder },
      cacheFolder: first.cacheFolder,
      summarizers: [summarizer],
    });
    const cached = await answered(await again.summarize({ file_key: 'a.txt' }));
    expect(cached).to.deep.equal({
      ...written,
      cached: true,
      usage: { input_tokens: 0, output_tokens: 0, model_calls: 0 },
    });
  });

  for (const [name, damage] of [
    ['is cut short', (text: string) => text.slice(0, 40)],
    ['is empty', () => ''],
    ['lacks a field', () => '{"summary":"forged"}'],
    ['belongs to another request', (text: string) => text.replace(/"id":"./, '"id":"#')],
  ] as const) {
    it(`takes a cache entry that ${name} for none and writes it anew`, async () => {
      const app = await startApp({ files: { 'a.txt': TEXT } });
      const whole = await answered(await app.summarize({ file_key: 'a.txt' }));
      const entry = await onlyEntry(app);
      const before = await readFile(entry, 'utf8');
      await writeFile(entry, damage(before));
      // A second server on the same cache: the first has the summary in memory.
      const again = await startApp({
        storage: { kind: 'folder', folder: app.folder },
        cacheFolder: app.cacheFolder,
      });
      expect(await answered(await again.summarize({ file_key: 'a.txt' }))).to.deep.equal(whole);
      expect(await readFile(entry, 'utf8')).to.equal(before);
    });
  }

  it('shares one call among identical requests', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer] });
    // An event stream begins to answer when its request has joined the call.
    const streams = await Promise.all([1, 2, 3].map(() => app.summarize({ file_key: 'a.txt' }, EVENTS)));
    summarizer.open();
    const done = await Promise.all(streams.map(async (stream) => (await readEvents(stream)).events.at(-1)));
    expect(done[0]).to.have.nested.property('data.cached', false);
    expect(done.slice(1)).to.deep.equal([done[0], done[0]]);
    expect(summarizer.calls).to.have.lengthOf(1);
  });

  it('does not end the others when one caller leaves, and ends the call when the last one does', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': TEXT, 'b.txt': TEXT }, summarizers: [summarizer] });
    const leaving = new AbortController();
    const request = (key: string) =>
      app.fetch('/summarize', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file_key: key }),
        signal: leaving.signal,
      });
    const gone = [request('a.txt'), request('b.txt')].map((pending) => pending.catch(() => 'left'));
    await summarizer.called(2);
    const staying = await app.summarize({ file_key: 'a.txt' }, EVENTS);
    leaving.abort();
    expect(await Promise.all(gone)).to.deep.equal(['left', 'left']);
    await requestsLogged(app, 2);
    expect(summarizer.aborted).to.have.lengthOf(1);
    summarizer.open();
    expect((await readEvents(staying)).events.at(-1)).to.have.nested.property('data.cached', false);
    expect(app.logLines().filter(({ aborted }) => aborted === true)).to.have.lengthOf(2);
  });

  it('does not keep a summary of a file that changed meanwhile', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer] });
    const pending = app.summarize({ file_key: 'a.txt' });
    await summarizer.called(1);
    await app.write('a.txt', 'Something else entirely.');
    summarizer.open();
    const answer = await answered(await pending);
    const now = (await app.fetch('/file?key=a.txt')).headers.get('etag');
    expect(answer.etag).to.not.equal(now);
    expect(await readdir(app.cacheFolder).catch(() => [])).to.deep.equal([]);
  });

  it('says of an empty file that it is empty', async () => {
    const app = await startApp({ files: { 'empty.txt': '' } });
    const answer = await answered(await app.summarize({ file_key: 'empty.txt' }));
    expect(answer.summary).to.equal('The file is empty.');
  });

  it('names what is near a key that does not exist', async () => {
    const app = await startApp({ files: { 'notes/report.txt': TEXT, 'notes/other.md': TEXT } });
    const near = await expectError(await app.summarize({ file_key: 'notes/reprot.txt' }), 404, 'not_found');
    expect(near).to.include('did you mean "notes/report.txt"?').and.not.include('other.md');
    const folder = await expectError(await app.summarize({ file_key: 'notes' }), 404, 'not_found');
    expect(folder).to.include('is a folder');
    const far = await expectError(await app.summarize({ file_key: 'nothing/like/it' }), 404, 'not_found');
    expect(far).to.not.include('did you mean');
  });

  it('refuses what is not text and says what it looks like', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex');
    const app = await startApp({ files: { 'a.png': png } });
    expect(await expectError(await app.summarize({ file_key: 'a.png' }), 415, 'not_text')).to.match(/PNG/i);
  });

  it('refuses a file above the limit and names both', async () => {
    const app = await startApp({ files: { 'a.txt': TEXT }, maxBytes: 100 });
    const message = await expectError(await app.summarize({ file_key: 'a.txt' }), 413, 'too_large');
    expect(message).to.include(String(TEXT.length)).and.include('100 bytes');
  });

  it('refuses a 2 MB body and names both', async () => {
    const app = await startApp({ files: { 'a.txt': TEXT }, limits: {} });
    const body = JSON.stringify({ file_key: 'a.txt', focus: 'x'.repeat(2 * 1024 * 1024) });
    const message = await expectError(await app.summarize(body), 413, 'body_too_large');
    expect(message).to.include(String(body.length)).and.include('1048576 bytes');
  });

  it('allows no other model than those it has', async () => {
    const app = await startApp({
      files: { 'a.txt': TEXT },
      summarizers: [gatedSummarizer({ model: 'one' }), gatedSummarizer({ model: 'two' })],
    });
    const response = await app.summarize({ file_key: 'a.txt', model: 'three' });
    expect(await expectError(response, 400, 'bad_request')).to.include('allowed: one, two');
  });

  it('validates in its own words where no gateway stands in front', async () => {
    const app = await startApp({ files: { 'a.txt': TEXT } });
    const bad = async (body: unknown) => expectError(await app.summarize(body), 400, 'bad_request');
    expect(await bad('{"file_key":')).to.equal('the request body is not valid JSON');
    expect(await bad({})).to.include('file_key');
    expect(await bad({ file_key: 'a.txt', words: 3 })).to.include('words');
    expect(await bad({ file_key: 'a.txt', style: 'poem' }))
      .to.include('style')
      .and.include('bullets');
    expect(await bad({ file_key: 'a.txt', max_words: 5 })).to.include('max_words');
    expect(await bad({ file_key: 'ä'.repeat(600) })).to.include('1,024 bytes');
    const form = await app.summarize('file_key=a.txt', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(await expectError(form, 415, 'unsupported_media_type')).to.include('application/json');
  });

  it('answers a throttled model with Retry-After and a failing one with 502, telling nothing internal', async () => {
    const failing = (error: Error) => gatedSummarizer({ summarize: () => Promise.reject(error) });
    const throttled = await startApp({
      files: { 'a.txt': TEXT },
      summarizers: [failing(new ServiceError('model_throttled', 'the model is busy', { retryAfter: 3.2 }))],
    });
    const busy = await throttled.summarize({ file_key: 'a.txt' });
    expect(busy.headers.get('retry-after')).to.equal('4');
    await expectError(busy, 429, 'model_throttled');

    const cause = new Error('arn:aws:bedrock:secret');
    const broken = await startApp({
      files: { 'a.txt': TEXT },
      summarizers: [failing(new ServiceError('model_failed', 'the model failed', { cause }))],
    });
    const response = await broken.summarize({ file_key: 'a.txt' });
    expect(await expectError(response, 502, 'model_failed')).to.equal('the model failed');
    await requestLine(broken, response.headers.get('x-request-id'));
    const logged = await logLine(broken, ({ err }) => err !== undefined);
    expect(logged).to.have.nested.property('err.cause.message', 'arn:aws:bedrock:secret');
  });

  it('ends at the deadline', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer], deadlineMs: 50 });
    await expectError(await app.summarize({ file_key: 'a.txt' }), 504, 'deadline');
    expect(summarizer.aborted).to.have.lengthOf(1);
  });

  it('logs what the request cost, and neither content nor summary', async () => {
    const summarizer = gatedSummarizer();
    summarizer.open();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer], limits: {} });
    const response = await app.summarize({ file_key: 'a.txt', focus: 'ice' });
    const { summary } = await answered(response);
    const line = await requestLine(app, response.headers.get('x-request-id'));
    expect(line).to.include({
      level: 'info',
      method: 'POST',
      route: '/summarize',
      status: 200,
      client: 'default',
      file_key: 'a.txt',
      cached: false,
      model: 'gated',
      input_tokens: 10,
      output_tokens: 5,
    });
    const { duration_ms, model_ms, service_ms } = line as Record<string, number>;
    expect(service_ms).to.be.closeTo(duration_ms! - model_ms!, 0.02);
    expect(line.time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(app.logText())
      .to.not.include('harbour')
      .and.not.include(summary)
      .and.not.include('a-key-that-tests');
  });
});

async function onlyEntry(app: TestApp): Promise<string> {
  const names = await readdir(app.cacheFolder);
  expect(names).to.have.lengthOf(1);
  return path.join(app.cacheFolder, names[0]!);
}

async function requestsLogged(app: TestApp, count: number): Promise<void> {
  await waitFor(() => app.logLines().filter(({ msg }) => msg === 'request').length >= count);
}

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
