import { expect } from 'chai';
import { answered, EVENTS, expectError, TEXT } from '../support/answers.ts';
import { closeApps, startApp } from '../support/app.ts';
import { readEvents } from '../support/event-stream.ts';
import { gatedSummarizer } from '../support/gated-summarizer.ts';

describe('POST /summarize as an event stream', () => {
  afterEach(closeApps);

  it('tells progress and pieces, then the object of the plain answer', async () => {
    const summarizer = gatedSummarizer();
    summarizer.open();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer] });
    const response = await app.summarize({ file_key: 'a.txt' }, EVENTS);
    expect(response.headers.get('content-type')).to.match(/^text\/event-stream/);
    const { events } = await readEvents(response);
    expect(events[0]).to.deep.equal({ event: 'progress', data: { characters: 0, size: TEXT.length } });
    const done = events.at(-1)!;
    expect(done.event).to.equal('done');
    const pieces = events.filter(({ event }) => event === 'delta').map(({ data }) => data.text);
    expect(pieces.join('')).to.equal(done.data.summary);
    const plain = await answered(await app.summarize({ file_key: 'a.txt' }));
    expect({ ...done.data, cached: true, usage: plain.usage }).to.deep.equal(plain);
  });

  it('answers from the cache with the last event alone', async () => {
    const app = await startApp({ files: { 'a.txt': TEXT } });
    await answered(await app.summarize({ file_key: 'a.txt' }));
    const { events } = await readEvents(await app.summarize({ file_key: 'a.txt' }, EVENTS));
    expect(events.map(({ event }) => event)).to.deep.equal(['done']);
  });

  it('tells a latecomer the whole summary', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer] });
    const first = await app.summarize({ file_key: 'a.txt' }, EVENTS);
    const second = await app.summarize({ file_key: 'a.txt' }, EVENTS);
    summarizer.open();
    const [a, b] = await Promise.all([first, second].map(readEvents));
    const told = (events: { event: string | undefined; data: unknown }[]) =>
      events.filter(({ event }) => event === 'delta' || event === 'done');
    expect(told(b!.events)).to.deep.equal(told(a!.events));
  });

  it('keeps the stream open with comments', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [summarizer], keepAliveMs: 5 });
    const response = await app.summarize({ file_key: 'a.txt' }, EVENTS);
    const reader = response.clone().body!.getReader();
    let seen = '';
    while (!/\n: |^: /.test(seen)) seen += Buffer.from((await reader.read()).value!).toString();
    summarizer.open();
    const { events } = await readEvents(response);
    expect(events.at(-1)!.event).to.equal('done');
  });

  it('gives a failure before the first event a status of its own', async () => {
    const app = await startApp();
    const response = await app.summarize({ file_key: 'missing.txt' }, EVENTS);
    await expectError(response, 404, 'not_found');
  });

  it('gives a failure after the first event as an event', async () => {
    const app = await startApp({
      files: { 'a.txt': TEXT },
      summarizers: [gatedSummarizer()],
      deadlineMs: 50,
    });
    const response = await app.summarize({ file_key: 'a.txt' }, EVENTS);
    expect(response.status).to.equal(200);
    const { events } = await readEvents(response);
    expect(events.at(-1)).to.have.property('event', 'error');
    expect(events.at(-1)).to.have.nested.property('data.error.code', 'deadline');
    expect(events.map(({ event }) => event)).to.not.include('done');
  });
});
