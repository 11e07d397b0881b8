import { expect } from 'chai';
import type { StorageConfig } from '../../server/app.ts';
import { answered, TEXT } from '../support/answers.ts';
import { closeApps, startApp, type TestApp } from '../support/app.ts';
import { setEnvironment } from '../support/environment.ts';
import { CLIENTS } from '../support/mcp-clients.ts';
import { type S3Server, startS3Server } from '../support/s3-server/server.ts';

const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

describe('the server on a bucket of S3', () => {
  let s3: S3Server;
  let restore: () => void;
  before(async () => {
    restore = setEnvironment(ENVIRONMENT);
    s3 = await startS3Server('my-bucket');
  });
  after(async () => {
    await closeApps();
    await s3.close();
    restore();
  });
  afterEach(closeApps);

  const start = (more = {}): Promise<TestApp> => {
    const { endpoint, bucketName: bucket } = s3;
    const storage: StorageConfig = {
      kind: 's3',
      bucket,
      endpoint,
      region: 'eu-central-1',
      forcePathStyle: true,
    };
    return startApp({ storage, cacheFolder: undefined, ...more });
  };

  it('keeps summaries in the bucket for every process, and shows them nowhere', async () => {
    const app = await start();
    await app.store.put('docs/a.txt', Buffer.from(TEXT));
    const written = await answered(await app.summarize({ file_key: 'docs/a.txt' }));
    expect(written.cached).to.equal(false);

    const other = await start();
    expect(await answered(await other.summarize({ file_key: 'docs/a.txt' }))).to.deep.equal({
      ...written,
      cached: true,
    });
    const listed = (await (await other.fetch('/files')).json()) as { files: { key: string }[] };
    expect(listed.files.map(({ key }) => key)).to.deep.equal(['docs/a.txt']);
    const puts = s3.requests.filter(({ operation }) => /put/i.test(operation)).map(({ key }) => key);
    expect(puts.filter((key) => key.startsWith('.mcp-s3/summaries/'))).to.have.lengthOf(1);
    const own = puts.find((key) => key.startsWith('.mcp-s3/'))!;
    expect((await other.fetch(`/file?key=${own}`)).status).to.equal(404);
  });

  it('asks S3 one question for a summary that it has in memory', async () => {
    const app = await start();
    await app.store.put('b.txt', Buffer.from(TEXT));
    await answered(await app.summarize({ file_key: 'b.txt' }));
    const count = s3.requests.length;
    await answered(await app.summarize({ file_key: 'b.txt' }));
    expect(
      s3.requests.slice(count).map(({ operation, key }) => [String(operation).toLowerCase(), key]),
    ).to.have.lengthOf(1);
  });

  it('asks S3 one question for a line that it has found before, and sees when the file has changed', async () => {
    const app = await start({ indexFolder: '/nowhere/that/can/be' });
    const text = (word: string) =>
      Array.from({ length: 20_000 }, (_, i) => `${word} ${i + 1} `.padEnd(99, '.')).join('\n');
    await app.store.put('lines.txt', Buffer.from(text('line')));
    const read = async () => {
      const before = s3.requests.length;
      const response = await app.fetch('/file?key=lines.txt&from_line=15000&lines=1');
      return { text: await response.text(), asked: s3.requests.length - before };
    };
    const first = await read();
    expect(first.text).to.match(/^line 15000 \.+\n$/);
    expect(first.asked).to.be.greaterThan(2);
    expect(await read()).to.deep.equal({ text: first.text, asked: 1 });
    await app.store.put('lines.txt', Buffer.from(`first\n${text('other')}`));
    expect((await read()).text).to.match(/^other 14999 /);
    expect((await read()).asked).to.equal(1);
    await app.store.delete('lines.txt');
    expect((await app.fetch('/file?key=lines.txt&from_line=15000')).status).to.equal(404);
    expect(app.logText()).to.not.include('line index');
  });

  it('tells the tags of a file, and the rest where it may not see them', async () => {
    const app = await start();
    await app.store.put('tagged.txt', Buffer.from(TEXT));
    s3.bucket.tags.set('tagged.txt', { team: 'harbour & sea' });
    const client = await CLIENTS['2026-07-28 (client 2)']!(app);
    const info = async () => (await client.callTool('file_info', { file_key: 'tagged.txt' })).structured;
    expect(await info()).to.deep.include({ text: true, tags: { team: 'harbour & sea' } });
    s3.faults.add({
      operation: 'GetObjectTagging',
      effect: { kind: 'status', status: 403, code: 'AccessDenied' },
    });
    expect(await info())
      .to.include({ text: true })
      .and.not.have.property('tags');
    s3.faults.clear();
    await client.close();
  });

  it('serves nothing outside of its prefixes, also not from the cache', async () => {
    const whole = await start();
    await whole.store.put('docs/a.txt', Buffer.from(TEXT));
    await whole.store.put('docs-evil/a.txt', Buffer.from(TEXT));
    await answered(await whole.summarize({ file_key: 'docs-evil/a.txt' }));
    const app = await start({ prefixes: ['docs'] });
    expect((await app.summarize({ file_key: 'docs-evil/a.txt' })).status).to.equal(404);
    expect((await app.fetch('/file?key=docs-evil/a.txt')).status).to.equal(404);
    const listed = (await (await app.fetch('/files')).json()) as { files: { key: string }[] };
    expect(listed.files.map(({ key }) => key)).to.deep.equal(['docs/a.txt']);
    expect((await app.fetch('/file?key=docs/a.txt')).status).to.equal(200);
  });

  it('answers 502 when S3 fails, naming nothing internal', async () => {
    const { endpoint } = s3;
    const app = await startApp({
      storage: {
        kind: 's3',
        bucket: 'no-such-bucket',
        endpoint,
        region: 'eu-central-1',
        forcePathStyle: true,
      },
    });
    const response = await app.fetch('/files');
    expect(response.status).to.equal(502);
    expect(await response.text())
      .to.include('storage_failed')
      .and.not.include(new URL(endpoint).host);
  });
});
